-- Lotes with a protocolo and guias that still wait for a verdict, by contrato.
-- Params: contratos, protocolos (text[], empty = all).
SELECT lote.contrato_id, lote.id
FROM tiss.lote
WHERE lote.status = 'ENVIADO'
  AND lote.contrato_id = ANY (%(contratos)s)
  AND (cardinality(%(protocolos)s::text[]) = 0 OR lote.protocolo = ANY (%(protocolos)s))
ORDER BY lote.contrato_id, lote.id;
