-- Consultas that no night bills, because the clinic has a resultado of them, by contrato.
SELECT
    esquecida.contrato_id,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    esquecida.consultas,
    esquecida.desde
FROM tiss.esquecida
JOIN tiss.contrato ON contrato.id = esquecida.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
WHERE contrato.ambiente = 'PRODUCAO' AND operadora.ativa
ORDER BY operadora.nome, prestador.nome;
