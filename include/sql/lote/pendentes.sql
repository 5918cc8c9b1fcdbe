-- Lotes that wait to be sent, by contrato. Params: contratos, lotes (bigint[], null = all of them).
SELECT lote.contrato_id, lote.id
FROM tiss.lote
WHERE lote.status = 'PENDENTE'
  AND lote.contrato_id = ANY (%(contratos)s)
  AND (%(lotes)s::bigint[] IS NULL OR lote.id = ANY (%(lotes)s))
ORDER BY lote.contrato_id, lote.id;
