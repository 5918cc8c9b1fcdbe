-- The lotes in doubt that only a person can settle and nobody was asked about yet; they are noted as asked.
UPDATE tiss.lote
SET perguntado_em = now()
FROM tiss.contrato
WHERE contrato.id = lote.contrato_id
  AND lote.status = 'EM_DUVIDA'
  AND lote.perguntado_em IS NULL
  AND (
      (lote.protocolo IS NULL AND contrato.politica_duvida = 'PESSOA')
      OR lote.id IN (
          SELECT divergencia.lote_id
          FROM tiss.divergencia
          WHERE divergencia.fechada_em IS NULL
            AND divergencia.motivo IN ('CANCELAMENTO_RECUSADO', 'CANCELAMENTO_PARCIAL')
      )
  )
RETURNING lote.id;
