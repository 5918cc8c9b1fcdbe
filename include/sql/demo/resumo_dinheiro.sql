-- Money by operadora, of the live guias that were sent: em_aberto is billed and not answered yet.
SELECT
    operadora.registro_ans,
    operadora.nome AS operadora,
    count(guia.id) AS guias,
    coalesce(sum(guia.valor_informado), 0.00) AS informado,
    coalesce(sum(guia.valor_liberado) FILTER (WHERE guia.status <> 'ENVIADA'), 0.00) AS liberado,
    coalesce(sum(guia.valor_glosado) FILTER (WHERE guia.status <> 'ENVIADA'), 0.00) AS glosado,
    coalesce(sum(guia.valor_informado) FILTER (WHERE guia.status = 'ENVIADA'), 0.00) AS em_aberto
FROM tiss.operadora
LEFT JOIN tiss.guia
    ON guia.registro_ans = operadora.registro_ans
    AND guia.viva
    AND guia.status IN ('ENVIADA', 'AUTORIZADA', 'NEGADA')
GROUP BY operadora.registro_ans, operadora.nome
ORDER BY operadora.registro_ans;
