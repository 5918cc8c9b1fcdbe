-- The guias of a lote that were paid something else than what was released of them.
SELECT guia_id AS guia, valor_liberado AS liberado, valor_pago AS pago
FROM tiss.guia_tiss_envio
WHERE lote_id = %(lote)s
  AND viva
  AND resultado IS NOT NULL
  AND valor_pago > 0
  AND valor_pago <> valor_liberado
ORDER BY guia_id;
