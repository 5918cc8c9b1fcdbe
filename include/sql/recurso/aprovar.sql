-- A person approved it: this is what is sent of it.
WITH envio AS (
    INSERT INTO tiss.recurso_envio (lote_id, recurso_id, numero_guia)
    VALUES (%(lote)s, %(recurso)s, %(numero_guia)s)
)

UPDATE tiss.recurso
SET status = 'APROVADO', decidido_por = %(por)s, decidido_em = now(), lote_id = %(lote)s
WHERE id = %(recurso)s;
