-- Lotes that are not settled, doubts first, and what has to happen to each.
SELECT
    lote.id,
    lote.status,
    contrato.registro_ans,
    lote.numero_lote,
    coalesce(lote.observacoes, '') AS observacoes
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE lote.status NOT IN ('PROCESSADO', 'CANCELADO')
ORDER BY lote.status <> 'EM_DUVIDA', lote.id
LIMIT %(limite)s;
