-- Names of the operadoras asked for that the ANS registry has.
SELECT operadora.registro_ans, min(operadora.razao_social) AS razao_social
FROM tiss.operadora_ans AS operadora
WHERE operadora.registro_ans = ANY(%(registros)s)
GROUP BY operadora.registro_ans;
