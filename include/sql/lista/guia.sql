-- The rest of what is told of a guia. Params: guia, com_texto (what people wrote).
SELECT
    guia.contrato_id,
    guia.numero_guia_operadora,
    guia.criada_em,
    guia.valor_processado AS processado,
    envio.valor_franquia AS franquia,
    envio.valor_pago AS pago,
    envio.situacao_guia AS situacao,
    envio.demonstrativo_data,
    envio.demonstrativo_numero,
    guia.substitui,
    (SELECT nova.id FROM tiss.guia AS nova WHERE nova.substitui = guia.id LIMIT 1) AS substituida_por,
    guia.encerrada_por,
    CASE WHEN %(com_texto)s THEN guia.encerrada_motivo END AS encerrada_motivo,
    guia.problemas
FROM tiss.guia
LEFT JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = guia.id AND envio.viva
WHERE guia.id = %(guia)s;
