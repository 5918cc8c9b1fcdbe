-- Up to where changes of lotes can be told for good: a transaction that began earlier may end later.
SELECT coalesce(max(id), 0)
FROM tiss.historico
WHERE objeto = 'lote' AND quando < clock_timestamp() - interval '10 seconds';
