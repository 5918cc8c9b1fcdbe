-- Lotes whose status changed after a mark, those that changed last first.
SELECT objeto_id
FROM tiss.historico
WHERE objeto = 'lote' AND id > %(desde)s
GROUP BY objeto_id
ORDER BY max(id) DESC
LIMIT 100;
