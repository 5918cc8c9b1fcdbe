-- Lotes of which nobody knows whether they arrived, as the operadora would look for them.
-- recurso: whether it is one, which goes by the number of its guia.
SELECT
    lote.id,
    recurso.lote_id IS NOT NULL AS recurso,
    contrato.registro_ans,
    contrato.codigo_prestador,
    coalesce(recurso.numero_guia, lote.numero_lote::text) AS numero
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
LEFT JOIN tiss.recurso_envio AS recurso ON recurso.lote_id = lote.id
WHERE lote.status = 'EM_DUVIDA'
ORDER BY lote.id;
