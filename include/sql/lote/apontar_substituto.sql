-- Cancelled lotes whose guias entered this one now name it.
UPDATE tiss.lote
SET substituido_por = %(lote)s
WHERE lote.substituido_por IS NULL
  AND lote.status = 'CANCELADO'
  AND lote.id IN (
      SELECT antigo.lote_id
      FROM tiss.guia_tiss_envio AS antigo
      JOIN tiss.guia_tiss_envio AS novo ON novo.guia_id = antigo.guia_id
      WHERE novo.lote_id = %(lote)s AND antigo.lote_id <> %(lote)s
  );
