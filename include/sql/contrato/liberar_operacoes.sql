-- A person says that the suspended operations may be tried again.
UPDATE tiss.contrato
SET operacoes_suspensas = '{}'
WHERE id = %(contrato)s AND operacoes_suspensas <> '{}'
RETURNING id;
