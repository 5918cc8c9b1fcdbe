-- What is said against each of some glosas of a recurso. Params: recurso, textos (json: id of the glosa -> text).
UPDATE tiss.recurso_item AS item
SET justificativa = dito.value
FROM jsonb_each_text(%(textos)s::jsonb) AS dito
WHERE item.recurso_id = %(recurso)s AND item.id = dito.key::bigint;
