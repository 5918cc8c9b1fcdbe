-- Lotes by status, with their guias and values; a recurso asks again for what was billed before. Params: those of
-- lista/lotes, without status and page.
SELECT
    lote.status,
    count(*) AS lotes,
    count(*) FILTER (WHERE lote.tipo_guia = 'RECURSO_GLOSA') AS de_recurso,
    sum(lote.quantidade_guias)::bigint AS guias,
    coalesce(sum(lote.valor_total) FILTER (WHERE lote.tipo_guia <> 'RECURSO_GLOSA'), 0.00) AS valor
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE (cardinality(%(ids)s::bigint[]) = 0 OR lote.id = ANY (%(ids)s))
  AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
  AND (%(desde)s::date IS NULL OR lote.criado_em >= %(desde)s::date::timestamp AT TIME ZONE contrato.fuso)
  AND (%(ate)s::date IS NULL OR lote.criado_em < (%(ate)s::date + 1)::timestamp AT TIME ZONE contrato.fuso)
  AND (
      %(busca)s::text IS NULL
      OR starts_with(lote.numero_lote::text, ltrim(%(busca)s, '0'))
      OR starts_with(lote.protocolo, %(busca)s)
  )
GROUP BY lote.status;
