-- The live guia of a consulta, locked, and the lote in which it is. Params: consulta, ambiente.
SELECT
    guia.id,
    guia.status,
    (
        SELECT envio.lote_id
        FROM tiss.guia_tiss_envio AS envio
        WHERE envio.guia_id = guia.id AND envio.viva
    ) AS lote_id
FROM tiss.guia
WHERE guia.consulta_id = %(consulta)s AND guia.ambiente = %(ambiente)s AND guia.viva
FOR NO KEY UPDATE OF guia;
