-- What is said against glosas of a recurso. Params: recurso, texto, guia, item, codigo (null = all).
UPDATE tiss.recurso_item AS item
SET justificativa = %(texto)s
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE item.recurso_id = %(recurso)s
  AND envio.id = item.envio_id
  AND (%(guia)s::text IS NULL OR guia.numero_guia_prestador = %(guia)s)
  AND (%(item)s::integer IS NULL OR item.sequencial_item = %(item)s)
  AND (%(codigo)s::text IS NULL OR item.codigo = %(codigo)s);
