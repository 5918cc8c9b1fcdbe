-- The consultas of the live sendings of a lote, in its order.
SELECT guia.consulta_id
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE envio.lote_id = %(lote)s AND envio.viva
ORDER BY envio.ordem;
