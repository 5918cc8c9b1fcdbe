-- Lotes that are PENDENTE, by contrato, and what each waits for besides its turn, null: nothing.
-- Params: contratos, lotes (bigint[], null = all of them).
SELECT
    lote.contrato_id,
    lote.id,
    lote.tipo_guia = 'RECURSO_GLOSA' AS recurso,
    CASE
        WHEN EXISTS (SELECT FROM tiss.recurso_vencido WHERE recurso_vencido.lote_id = lote.id) THEN 'PRAZO'
        WHEN contrato.tipo_api = 'MANUAL' THEN 'PORTAL'
        WHEN lote.exportado_em IS NOT NULL THEN 'EXPORTADO'
        WHEN NOT lote.liberado THEN 'CONFERENCIA'
        WHEN contrato.suspenso_em IS NOT NULL THEN 'SUSPENSO'
    END AS espera
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE lote.status = 'PENDENTE'
  AND lote.contrato_id = ANY (%(contratos)s)
  AND (%(lotes)s::bigint[] IS NULL OR lote.id = ANY (%(lotes)s))
ORDER BY lote.contrato_id, lote.id;
