-- The live sendings of a lote, with what was billed and the analysis that decided, if any did.
SELECT
    envio.id AS envio_id,
    envio.guia_id,
    envio.resultado,
    envio.demonstrativo_data,
    envio.demonstrativo_numero,
    envio.demonstrativo_sha256,
    guia.numero_guia_prestador,
    guia.valor_informado,
    guia.status
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE envio.lote_id = %(lote)s AND envio.viva
ORDER BY envio.ordem;
