-- The states of a lote, the newest first.
SELECT de, para, quando
FROM tiss.historico
WHERE objeto = 'lote' AND objeto_id = %(lote)s
ORDER BY id DESC;
