-- The claim of one attempt, read again when nobody knows whether its COMMIT happened.
SELECT lote.tentativa, troca.id AS troca_id
FROM tiss.lote
JOIN tiss.troca ON troca.lote_id = lote.id AND troca.tentativa = lote.tentativa
WHERE lote.id = %(lote)s
  AND lote.status = 'ENVIANDO'
  AND lote.dono = %(dono)s
  AND troca.operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA');
