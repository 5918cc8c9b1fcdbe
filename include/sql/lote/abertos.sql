-- Lotes with a protocolo and guias that still wait for a verdict, by contrato, and those in doubt that may
-- get on without a person. Params: contratos, protocolos (text[], empty = all).
SELECT lote.contrato_id, lote.id
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE lote.contrato_id = ANY (%(contratos)s)
  AND contrato.tipo_api <> 'MANUAL'
  AND (
      lote.status = 'ENVIADO'
      OR (
          lote.status = 'EM_DUVIDA'
          AND (lote.protocolo IS NOT NULL OR contrato.politica_duvida = 'CANCELAMENTO')
      )
  )
  AND (cardinality(%(protocolos)s::text[]) = 0 OR lote.protocolo = ANY (%(protocolos)s))
ORDER BY lote.contrato_id, lote.id;
