-- The lote of the same contrato that already has this protocolo, if any.
SELECT numero_lote
FROM tiss.lote
WHERE contrato_id = %(contrato)s AND protocolo = %(protocolo)s AND id <> %(lote)s
LIMIT 1;
