-- A recurso in figures: nothing of a patient.
SELECT
    recurso.id,
    recurso.contrato_id,
    recurso.status,
    recurso.lote_id,
    lote.numero_lote,
    lote.protocolo,
    enviado.status AS status_do_envio,
    enviado.protocolo AS protocolo_do_recurso,
    count(DISTINCT glosa.envio_id) AS guias,
    count(*) AS glosas,
    sum(item.valor_recursado) AS valor_recursado,
    sum(item.valor_acatado) AS valor_acatado,
    count(*) FILTER (WHERE item.justificativa = '') AS sem_justificativa,
    min(glosa.prazo) AS prazo,
    array_agg(DISTINCT item.codigo ORDER BY item.codigo) AS codigos
FROM tiss.recurso
JOIN tiss.lote ON lote.id = recurso.lote_recorrido_id
LEFT JOIN tiss.lote AS enviado ON enviado.id = recurso.lote_id
JOIN tiss.recurso_item AS item ON item.recurso_id = recurso.id
LEFT JOIN tiss.conciliacao_recurso AS glosa
    ON glosa.recurso_id = recurso.id
    -- By key, so that the view looks at no other.
    AND glosa.envio_id = ANY (ARRAY(
        SELECT dele.envio_id FROM tiss.recurso_item AS dele WHERE dele.recurso_id = %(recurso)s
    ))
    AND glosa.envio_id = item.envio_id
    AND glosa.nivel = item.nivel
    AND coalesce(glosa.sequencial_item, 0) = coalesce(item.sequencial_item, 0)
    AND glosa.codigo = item.codigo
WHERE recurso.id = %(recurso)s
GROUP BY recurso.id, lote.id, enviado.id;
