-- Debits and credits that were not told before. Params: contrato, lancamentos (json).
INSERT INTO tiss.debito_credito (
    contrato_id, data_pagamento, demonstrativo_numero, indicador, tipo, descricao, valor, ocorrencia
)
SELECT
    %(contrato)s, lancado.data, lancado.demonstrativo, lancado.indicador, lancado.tipo,
    lancado.descricao, lancado.valor, lancado.ocorrencia
FROM jsonb_to_recordset(%(lancamentos)s::jsonb) AS lancado (
    data date, demonstrativo text, indicador text, tipo text, descricao text, valor numeric,
    ocorrencia integer
)
ON CONFLICT DO NOTHING;
