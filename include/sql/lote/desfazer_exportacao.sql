-- The file was not delivered.
UPDATE tiss.lote
SET exportado_em = NULL, exportado_por = NULL, observacoes = %(motivo)s
WHERE id = %(lote)s;
