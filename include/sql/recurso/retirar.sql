-- Glosas that are not contested after all: they may be contested later. What was decided stays. Params: recurso, guia,
-- item, codigo (null = all of the guia).
DELETE FROM tiss.recurso_item AS item
USING tiss.guia_tiss_envio AS envio
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE item.recurso_id = %(recurso)s
  AND item.valor_acatado IS NULL
  AND envio.id = item.envio_id
  AND guia.numero_guia_prestador = %(guia)s
  AND (%(item)s::integer IS NULL OR item.sequencial_item = %(item)s)
  AND (%(codigo)s::text IS NULL OR item.codigo = %(codigo)s);
