-- Lotes of contratos against which there are drafts. Params: contratos.
SELECT DISTINCT lote_recorrido_id
FROM tiss.recurso
WHERE status = 'RASCUNHO' AND contrato_id = ANY (%(contratos)s)
ORDER BY lote_recorrido_id;
