-- The recurso that a lote sends, or sent before it was approved again.
SELECT
    envio.recurso_id,
    lote.numero_lote,
    lote.protocolo,
    lote.tipo_guia,
    envio.numero_guia
FROM tiss.recurso_envio AS envio
JOIN tiss.recurso ON recurso.id = envio.recurso_id
JOIN tiss.lote ON lote.id = recurso.lote_recorrido_id
WHERE envio.lote_id = %(lote)s;
