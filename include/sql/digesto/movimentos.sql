-- What came of these guias, these postings and these recursos, by contrato, in reais. Params: guias, pagamentos,
-- recursos (bigint[]).
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
),

julgada AS (
    SELECT
        recurso.contrato_id,
        count(DISTINCT recurso.id) AS recursos,
        sum(item.valor_recursado) AS recursado,
        sum(item.valor_acatado) AS acatado
    FROM tiss.recurso
    JOIN tiss.recurso_item AS item ON item.recurso_id = recurso.id
    WHERE recurso.id = ANY (%(recursos)s::bigint[])
    GROUP BY recurso.contrato_id
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
    coalesce(paga.pago, 0.00) AS pago,
    coalesce(julgada.recursos, 0) AS recursos,
    coalesce(julgada.recursado, 0.00) AS recursado,
    coalesce(julgada.acatado, 0.00) AS acatado
FROM tiss.contrato
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
LEFT JOIN respondida ON respondida.contrato_id = contrato.id
LEFT JOIN paga ON paga.contrato_id = contrato.id
LEFT JOIN julgada ON julgada.contrato_id = contrato.id
WHERE contrato.ambiente = 'PRODUCAO'
  AND coalesce(respondida.contrato_id, paga.contrato_id, julgada.contrato_id) IS NOT NULL
ORDER BY operadora.nome, prestador.nome;
