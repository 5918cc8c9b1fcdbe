-- Lotes whose protocolo is to be asked about now, and those in doubt that may get on without a person; what was
-- paid is looked through once a day for the others. Those of one kind stand together. A protocolo that is named is
-- asked about whenever that is. Params: contratos, protocolos (text[], empty = all that are due).
SELECT lote.contrato_id, lote.id
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE lote.contrato_id = ANY (%(contratos)s)
  AND contrato.tipo_api <> 'MANUAL'
  AND (
      (
          lote.status IN ('ENVIADO', 'PROCESSADO')
          AND NOT lote.encerrado
          AND (
              cardinality(%(protocolos)s::text[]) > 0
              OR lote.proxima_consulta IS NULL
              -- The hour of the clock is not that of the answer.
              OR lote.proxima_consulta < now() + interval '5 minutes'
          )
      )
      OR (
          lote.status = 'EM_DUVIDA'
          AND (
              lote.protocolo IS NOT NULL
              OR contrato.politica_duvida = 'CANCELAMENTO'
              OR (lote.tipo_guia <> 'RECURSO_GLOSA' AND tiss.procura_pagamento(lote.id, lote.criado_em))
          )
      )
  )
  AND (cardinality(%(protocolos)s::text[]) = 0 OR lote.protocolo = ANY (%(protocolos)s))
ORDER BY lote.contrato_id, lote.id;
