-- What was sent of a recurso before now names what is sent of it.
UPDATE tiss.lote SET substituido_por = %(novo)s WHERE id = %(antigo)s OR substituido_por = %(antigo)s;
