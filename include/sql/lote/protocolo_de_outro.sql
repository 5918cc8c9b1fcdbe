-- The lote of the same contrato that already has this protocolo, if any. Recursos are numbered apart.
SELECT numero_lote
FROM tiss.lote
WHERE contrato_id = %(contrato)s
  AND protocolo = %(protocolo)s
  AND id <> %(lote)s
  AND (tipo_guia = 'RECURSO_GLOSA') = %(recurso)s
LIMIT 1;
