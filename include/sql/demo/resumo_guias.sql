-- Live guias by operadora and status.
SELECT
    guia.registro_ans,
    coalesce(operadora.nome, 'sem contrato') AS operadora,
    guia.status,
    count(*) AS guias
FROM tiss.guia
LEFT JOIN tiss.operadora ON operadora.registro_ans = guia.registro_ans
WHERE guia.viva
GROUP BY guia.registro_ans, operadora.nome, guia.status
ORDER BY guia.registro_ans, guia.status;
