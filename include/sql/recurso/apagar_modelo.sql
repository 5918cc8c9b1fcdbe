-- Params: codigo, contrato (null: the one for all).
DELETE FROM tiss.justificativa
WHERE codigo = %(codigo)s AND contrato_id IS NOT DISTINCT FROM %(contrato)s;
