-- The first guia of the newest lote, of several, that an operadora has. Params: odonto (whether of dental guias).
SELECT lote.id, guia.numero_guia_prestador, guia.registro_ans, lote.protocolo
FROM tiss.lote
JOIN tiss.guia_tiss_envio AS envio ON envio.lote_id = lote.id AND envio.ordem = 1
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE lote.status = 'ENVIADO'
  AND lote.quantidade_guias > 1
  AND (lote.tipo_guia = 'ODONTO') = %(odonto)s
ORDER BY lote.id DESC
LIMIT 1;
