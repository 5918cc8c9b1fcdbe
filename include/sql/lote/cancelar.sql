-- A lote that will not leave any more. The database refuses the states that cannot end this way.
UPDATE tiss.lote
SET status = 'CANCELADO', observacoes = %(motivo)s, prazo = NULL, dono = NULL
WHERE id = %(lote)s;
