-- A protocolo that came late, to a lote whose state it does not change.
UPDATE tiss.lote SET protocolo = coalesce(protocolo, %(protocolo)s) WHERE id = %(lote)s;
