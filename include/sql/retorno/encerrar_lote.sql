-- A lote whose guias all have a verdict.
UPDATE tiss.lote
SET status = 'PROCESSADO'
WHERE id = %(lote)s
  AND status = 'ENVIADO'
  AND NOT EXISTS (
      SELECT
      FROM tiss.guia_tiss_envio AS envio
      WHERE envio.lote_id = lote.id AND envio.viva AND envio.resultado IS NULL
  )
RETURNING id;
