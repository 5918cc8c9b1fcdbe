-- The recurso that a lote sends.
SELECT
    recurso.id AS recurso_id,
    lote.numero_lote,
    lote.protocolo,
    lote.tipo_guia,
    recurso.numero_guia
FROM tiss.recurso
JOIN tiss.lote ON lote.id = recurso.lote_recorrido_id
WHERE recurso.lote_id = %(lote)s;
