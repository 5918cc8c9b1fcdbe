-- The columns of tiss.consulta_preparada, in order; no row without the view. A domain counts as its base.
SELECT
    coluna.attname AS nome,
    format_type(coalesce(nullif(tipo.typbasetype, 0), tipo.oid), NULL) AS tipo
FROM pg_catalog.pg_attribute AS coluna
JOIN pg_catalog.pg_type AS tipo ON tipo.oid = coluna.atttypid
WHERE coluna.attrelid = to_regclass('tiss.consulta_preparada')
  AND coluna.attnum > 0
  AND NOT coluna.attisdropped
ORDER BY coluna.attnum;
