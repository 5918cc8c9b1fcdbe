-- Postings that were not told before; returns the sendings that they are on. Params: contrato, lancamentos (json).
INSERT INTO tiss.pagamento (
    contrato_id, envio_id, protocolo, numero_guia_prestador, recurso, data_pagamento,
    valor_informado, valor_processado, valor_liberado, valor_glosa, valor_franquia, itens,
    ocorrencia, demonstrativo_numero
)
SELECT
    %(contrato)s, lancado.envio, lancado.protocolo, lancado.numero, lancado.recurso, lancado.data,
    lancado.informado, lancado.processado, lancado.liberado, lancado.glosa, lancado.franquia,
    lancado.itens, lancado.ocorrencia, lancado.demonstrativo
FROM jsonb_to_recordset(%(lancamentos)s::jsonb) AS lancado (
    envio bigint, protocolo text, numero text, recurso boolean, data date, informado numeric,
    processado numeric, liberado numeric, glosa numeric, franquia numeric, itens jsonb,
    ocorrencia integer, demonstrativo text
)
ORDER BY lancado.numero, lancado.data, lancado.ocorrencia
ON CONFLICT DO NOTHING
RETURNING envio_id;
