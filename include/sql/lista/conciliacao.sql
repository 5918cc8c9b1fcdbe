-- tiss.conciliacao_contrato between two months, from the sums by lote. Params: operadoras (registros ANS, empty = any),
-- ambiente, de, ate (first day of each month, inclusive).
SELECT
    soma.contrato_id,
    contrato.registro_ans,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    contrato.ambiente,
    soma.competencia,
    soma.guias,
    soma.guias_em_aberto,
    soma.informado,
    soma.processado,
    soma.liberado,
    soma.glosado,
    soma.franquia,
    soma.em_aberto,
    soma.diferenca,
    soma.pago,
    soma.a_pagar,
    soma.a_receber,
    soma.pago_por_recurso,
    soma.em_recurso,
    soma.recuperado
FROM (
    SELECT
        contrato_id,
        competencia,
        sum(guias)::bigint AS guias,
        sum(guias_em_aberto)::bigint AS guias_em_aberto,
        sum(informado) AS informado,
        sum(processado) AS processado,
        sum(liberado) AS liberado,
        sum(glosado) AS glosado,
        sum(franquia) AS franquia,
        sum(em_aberto) AS em_aberto,
        sum(diferenca) AS diferenca,
        sum(pago) AS pago,
        sum(a_pagar) AS a_pagar,
        sum(a_receber) AS a_receber,
        sum(pago_por_recurso) AS pago_por_recurso,
        sum(em_recurso) AS em_recurso,
        sum(recuperado) AS recuperado
    FROM tiss.conciliacao_soma
    WHERE competencia BETWEEN %(de)s AND %(ate)s
    GROUP BY contrato_id, competencia
) AS soma
JOIN tiss.contrato ON contrato.id = soma.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
WHERE contrato.ambiente = %(ambiente)s
  AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
ORDER BY soma.competencia, operadora.nome, prestador.nome, soma.contrato_id;
