-- A recurso and the lote that it contests, locked until the end of the transaction.
SELECT
    recurso.id,
    recurso.contrato_id,
    recurso.lote_recorrido_id,
    recurso.objeto,
    recurso.status,
    recurso.lote_id,
    lote.numero_lote,
    lote.protocolo,
    lote.tipo_guia,
    enviado.status AS status_do_envio
FROM tiss.recurso
JOIN tiss.lote ON lote.id = recurso.lote_recorrido_id
LEFT JOIN tiss.lote AS enviado ON enviado.id = recurso.lote_id
WHERE recurso.id = %(recurso)s
FOR NO KEY UPDATE OF recurso;
