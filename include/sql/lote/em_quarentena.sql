-- Until when a lote in doubt may not be sent again; null when that time has passed.
SELECT CASE WHEN quarentena.ate > now() THEN quarentena.ate END
FROM (SELECT tiss.quarentena_ate(%(lote)s) AS ate) AS quarentena;
