-- What people did about a guia or a recurso on the screens, the newest first. Params: guia, recurso (one of the two),
-- com_texto (what they wrote about it).
SELECT quem, o_que, CASE WHEN %(com_texto)s THEN motivo END AS motivo, quando, situacao
FROM tiss.acao
WHERE guia_id = %(guia)s::bigint OR recurso_id = %(recurso)s::bigint
ORDER BY id DESC
LIMIT 200;
