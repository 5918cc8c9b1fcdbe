-- The money of each operadora, to the end: what was billed, and what came of it.
SELECT
    operadora.registro_ans,
    operadora.nome AS operadora,
    sum(conciliacao.guias) AS guias,
    sum(conciliacao.informado) AS informado,
    sum(conciliacao.liberado) AS liberado,
    sum(conciliacao.glosado) AS glosado,
    sum(conciliacao.em_recurso) AS em_recurso,
    sum(conciliacao.recuperado) AS recuperado,
    sum(conciliacao.em_aberto) AS em_aberto,
    sum(conciliacao.pago) AS pago,
    sum(conciliacao.a_receber) AS a_receber
FROM tiss.conciliacao_contrato AS conciliacao
JOIN tiss.contrato ON contrato.id = conciliacao.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
GROUP BY operadora.registro_ans, operadora.nome
ORDER BY operadora.registro_ans;
