-- Some glosas that are not contested after all: they may be contested later. What was decided stays. Params: recurso,
-- glosas (ids).
DELETE FROM tiss.recurso_item AS item
WHERE item.recurso_id = %(recurso)s
  AND item.id = ANY (%(glosas)s::bigint[])
  AND item.valor_acatado IS NULL;
