-- The lote in which the live guia of a consulta is, if any. Params: consulta, ambiente.
SELECT envio.lote_id
FROM tiss.guia
JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = guia.id AND envio.viva
WHERE guia.consulta_id = %(consulta)s AND guia.ambiente = %(ambiente)s AND guia.viva;
