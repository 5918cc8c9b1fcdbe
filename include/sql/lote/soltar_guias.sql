-- Free guias of a lote that ended, or was cancelled in part: they may enter another one.
-- Params: lote, numeros (text[], null = all of the lote).
UPDATE tiss.guia_tiss_envio AS envio
SET viva = false
FROM tiss.guia
WHERE envio.lote_id = %(lote)s
  AND envio.viva
  AND guia.id = envio.guia_id
  AND (%(numeros)s::text[] IS NULL OR guia.numero_guia_prestador = ANY (%(numeros)s));
