-- The guias that were in a lote, in its order, with their verdicts and the codes of their glosas.
SELECT
    guia.id,
    envio.ordem,
    guia.consulta_id,
    guia.numero_guia_prestador,
    guia.status,
    guia.glosa_parcial,
    envio.situacao_guia AS situacao,
    guia.data_atendimento,
    guia.valor_informado AS informado,
    envio.valor_liberado AS liberado,
    envio.valor_glosado AS glosado,
    ARRAY(
        SELECT DISTINCT glosa.codigo FROM tiss.glosa WHERE glosa.envio_id = envio.id ORDER BY 1
    ) AS codigos
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE envio.lote_id = %(lote)s
ORDER BY envio.ordem;
