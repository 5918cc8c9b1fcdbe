-- What people did about a lote on the screens, the newest first.
SELECT quem, o_que, motivo, quando, situacao
FROM tiss.acao
WHERE lote_id = %(lote)s
ORDER BY id DESC
LIMIT 200;
