-- Drafts of which nothing is left. Params: lote.
SELECT recurso.id
FROM tiss.recurso
WHERE recurso.lote_recorrido_id = %(lote)s
  AND recurso.status = 'RASCUNHO'
  AND NOT EXISTS (SELECT FROM tiss.recurso_item AS item WHERE item.recurso_id = recurso.id)
ORDER BY recurso.id;
