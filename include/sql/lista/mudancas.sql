-- The states of a guia or a recurso, the newest first. Params: objeto, id.
SELECT de, para, quando
FROM tiss.historico
WHERE objeto = %(objeto)s AND objeto_id = %(id)s
ORDER BY historico.id DESC
LIMIT 200;
