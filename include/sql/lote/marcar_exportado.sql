-- A person takes the file to a portal. The first one counts.
UPDATE tiss.lote
SET exportado_em = coalesce(exportado_em, now()), exportado_por = coalesce(exportado_por, %(por)s)
WHERE id = %(lote)s;
