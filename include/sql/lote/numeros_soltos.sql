-- The guias that were in a lote and are not any more, by their number.
SELECT guia.numero_guia_prestador
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE envio.lote_id = %(lote)s AND NOT envio.viva;
