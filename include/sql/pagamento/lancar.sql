-- Postings that were not told before; returns the sendings that they are on. Params: contrato, lancamentos (json).
WITH lancado AS (
    INSERT INTO tiss.pagamento (
        contrato_id, envio_id, protocolo, numero_guia_prestador, recurso, data_pagamento,
        valor_informado, valor_processado, valor_liberado, valor_glosa, valor_franquia, itens,
        ocorrencia, demonstrativo_numero
    )
    SELECT
        %(contrato)s, novo.envio, novo.protocolo, novo.numero, novo.recurso, novo.data,
        novo.informado, novo.processado, novo.liberado, novo.glosa, novo.franquia, novo.itens,
        novo.ocorrencia, novo.demonstrativo
    FROM jsonb_to_recordset(%(lancamentos)s::jsonb) AS novo (
        envio bigint, protocolo text, numero text, recurso boolean, data date, informado numeric,
        processado numeric, liberado numeric, glosa numeric, franquia numeric, itens jsonb,
        ocorrencia integer, demonstrativo text
    )
    ORDER BY novo.numero, novo.data, novo.ocorrencia
    ON CONFLICT DO NOTHING
    RETURNING envio_id, recurso, valor_liberado
)

UPDATE tiss.guia_tiss_envio AS envio
SET valor_pago = envio.valor_pago + soma.pago,
    valor_pago_recurso = envio.valor_pago_recurso + soma.por_recurso
FROM (
    SELECT
        envio_id,
        coalesce(sum(valor_liberado) FILTER (WHERE NOT recurso), 0) AS pago,
        coalesce(sum(valor_liberado) FILTER (WHERE recurso), 0) AS por_recurso
    FROM lancado
    WHERE envio_id IS NOT NULL
    GROUP BY envio_id
) AS soma
WHERE envio.id = soma.envio_id
RETURNING envio.id;
