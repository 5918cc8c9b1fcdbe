-- What no digest has told yet.
SELECT id, objeto, objeto_id
FROM tiss.novidade
ORDER BY id;
