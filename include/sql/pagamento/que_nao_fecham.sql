-- The guias of a lote that were paid something else than what was released of them, or than what recursos were
-- granted; or that were granted more than was refused.
SELECT
    guia_id AS guia,
    valor_liberado AS liberado,
    valor_pago AS pago,
    valor_glosado AS glosado,
    valor_recuperado AS recuperado,
    valor_pago_recurso AS pago_por_recurso
FROM tiss.guia_tiss_envio
WHERE lote_id = %(lote)s
  AND viva
  AND (
      (resultado IS NOT NULL AND valor_pago > 0 AND valor_pago <> valor_liberado)
      OR (valor_pago_recurso > 0 AND valor_pago_recurso <> valor_recuperado)
      OR coalesce(valor_recuperado, valor_pago_recurso) > valor_glosado
  )
ORDER BY guia_id;
