-- A lote whose guias all have a verdict. One that is paid in parts is asked about until a person closes it:
-- what else is paid of it is told there.
UPDATE tiss.lote
SET status = 'PROCESSADO'
WHERE id = %(lote)s
  AND status = 'ENVIADO'
  AND NOT EXISTS (
      SELECT
      FROM tiss.guia_tiss_envio AS envio
      WHERE envio.lote_id = lote.id AND envio.viva AND envio.resultado IS NULL
  )
  AND NOT EXISTS (
      SELECT
      FROM tiss.divergencia
      WHERE divergencia.lote_id = lote.id
        AND divergencia.motivo = 'PAGAMENTO_EM_PARTES'
        AND divergencia.fechada_em IS NULL
  )
RETURNING id;
