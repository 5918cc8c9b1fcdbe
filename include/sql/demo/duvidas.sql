-- Lotes of which nobody knows whether they arrived, as the operadora would look for them.
SELECT lote.id, contrato.registro_ans, contrato.codigo_prestador, lote.numero_lote::text
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE lote.status = 'EM_DUVIDA'
ORDER BY lote.id;
