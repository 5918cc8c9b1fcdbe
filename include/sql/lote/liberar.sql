-- A person looked at it: it may be sent.
UPDATE tiss.lote SET liberado = true, liberado_por = %(por)s WHERE id = %(lote)s;
