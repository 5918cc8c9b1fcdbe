-- What came of these guias and these postings, by contrato, in reais. Params: guias, pagamentos (bigint[]).
WITH respondida AS (
    SELECT
        guia.contrato_id,
        count(*) FILTER (WHERE guia.status = 'AUTORIZADA') AS autorizadas,
        count(*) FILTER (WHERE guia.status = 'AUTORIZADA' AND guia.glosa_parcial) AS parciais,
        count(*) FILTER (WHERE guia.status = 'NEGADA') AS negadas,
        sum(guia.valor_informado) AS informado,
        sum(guia.valor_liberado) AS liberado,
        sum(guia.valor_glosado) AS glosado
    FROM tiss.guia
    WHERE guia.id = ANY (%(guias)s::bigint[]) AND guia.status IN ('AUTORIZADA', 'NEGADA')
    GROUP BY guia.contrato_id
),

paga AS (
    SELECT pagamento.contrato_id, sum(pagamento.valor_liberado) AS pago
    FROM tiss.pagamento
    WHERE pagamento.id = ANY (%(pagamentos)s::bigint[])
    GROUP BY pagamento.contrato_id
)

SELECT
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    coalesce(respondida.autorizadas, 0) AS autorizadas,
    coalesce(respondida.parciais, 0) AS parciais,
    coalesce(respondida.negadas, 0) AS negadas,
    coalesce(respondida.informado, 0.00) AS informado,
    coalesce(respondida.liberado, 0.00) AS liberado,
    coalesce(respondida.glosado, 0.00) AS glosado,
    coalesce(paga.pago, 0.00) AS pago
FROM tiss.contrato
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
LEFT JOIN respondida ON respondida.contrato_id = contrato.id
LEFT JOIN paga ON paga.contrato_id = contrato.id
WHERE contrato.ambiente = 'PRODUCAO'
  AND (respondida.contrato_id IS NOT NULL OR paga.contrato_id IS NOT NULL)
ORDER BY operadora.nome, prestador.nome;
