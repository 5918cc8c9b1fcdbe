-- Of these months, those about whose payments there was an answer since a moment. Params: meses (json), desde
-- (microseconds).
SELECT feita.contrato_id, feita.tipo_demonstrativo AS tipo, feita.competencia
FROM tiss.consulta_pagamento AS feita
JOIN jsonb_to_recordset(%(meses)s::jsonb) AS pedido (contrato integer, tipo text, competencia text)
    ON pedido.contrato = feita.contrato_id
    AND pedido.tipo = feita.tipo_demonstrativo
    AND pedido.competencia = feita.competencia
WHERE extract(epoch FROM feita.consultada_em) * 1000000 >= %(desde)s;
