-- The lotes that a guia was in, the newest first.
SELECT
    envio.lote_id,
    lote.numero_lote,
    lote.status AS status_do_lote,
    lote.protocolo,
    envio.viva,
    envio.resultado,
    lote.criado_em,
    lote.data_envio,
    lote.data_resposta
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.lote ON lote.id = envio.lote_id
WHERE envio.guia_id = %(guia)s
ORDER BY envio.id DESC;
