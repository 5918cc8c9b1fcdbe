-- Serialise the sends to an operadora until the commit, where a limit counts those of all its contratos.
-- Who sends changes nothing of the operadora: no row of it has to be writable for that.
SELECT pg_advisory_xact_lock(hashtext('tiss.operadora'), hashtext(operadora.registro_ans))
FROM tiss.operadora
JOIN tiss.contrato ON contrato.registro_ans = operadora.registro_ans
JOIN tiss.lote ON lote.contrato_id = contrato.id
WHERE lote.id = %(lote)s AND operadora.max_envios_simultaneos IS NOT NULL;
