-- Attempts of a lote whose reply is stored and not yet understood: nothing is sent again before.
SELECT tentativa
FROM tiss.troca
WHERE lote_id = %(lote)s
  AND operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA')
  AND fim IS NOT NULL
  AND interpretada_em IS NULL
ORDER BY tentativa;
