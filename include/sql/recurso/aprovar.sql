-- A person approved it: this is what is sent of it.
UPDATE tiss.recurso
SET status = 'APROVADO', decidido_por = %(por)s, decidido_em = now(), lote_id = %(lote)s, numero_guia = %(numero_guia)s
WHERE id = %(recurso)s;
