-- A page of open divergences, the newest first, with one row more than it holds when there are more.
-- Params: motivo (null = any), operadoras (empty = any), ambiente; chave, subindo, limite as in lista/lotes.
WITH filtrada AS NOT MATERIALIZED (
    SELECT
        divergencia.id,
        divergencia.motivo,
        divergencia.descricao,
        divergencia.aberta_em,
        operadora.nome AS operadora,
        lote.id AS lote_id,
        lote.numero_lote,
        guia.id AS guia_id,
        guia.numero_guia_prestador
    FROM tiss.divergencia
    LEFT JOIN tiss.lote ON lote.id = divergencia.lote_id
    LEFT JOIN tiss.guia ON guia.id = divergencia.guia_id
    LEFT JOIN tiss.contrato
        ON contrato.id = coalesce(divergencia.contrato_id, lote.contrato_id, guia.contrato_id)
    LEFT JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
    WHERE divergencia.fechada_em IS NULL
      AND coalesce(contrato.ambiente, 'PRODUCAO') = %(ambiente)s
      AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
      AND (%(motivo)s::text IS NULL OR divergencia.motivo = %(motivo)s)
),

pagina AS (
    (
        SELECT filtrada.id FROM filtrada
        WHERE NOT %(subindo)s AND (%(chave)s::bigint IS NULL OR filtrada.id < %(chave)s)
        ORDER BY filtrada.id DESC
        LIMIT %(limite)s
    )
    UNION ALL
    (
        SELECT filtrada.id FROM filtrada
        WHERE %(subindo)s AND filtrada.id > %(chave)s
        ORDER BY filtrada.id
        LIMIT %(limite)s
    )
)

SELECT
    filtrada.id, filtrada.motivo, filtrada.descricao, filtrada.aberta_em, filtrada.operadora, filtrada.lote_id,
    filtrada.numero_lote, filtrada.guia_id, filtrada.numero_guia_prestador
FROM filtrada
JOIN pagina ON pagina.id = filtrada.id
ORDER BY filtrada.id DESC;
