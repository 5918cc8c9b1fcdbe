-- Since when the recursos of a contrato are held back; no row: they are not.
SELECT desde FROM tiss.recurso_retido WHERE contrato_id = %(contrato)s;
