-- What the payments of the newest days were made of, of tiss.conciliacao_pagamento; and of no day at all, what belongs
-- to whole demonstrativos. Params: operadoras, ambiente, desde, antes_de (days), limite (days).
WITH RECURSIVE escolhido AS MATERIALIZED (
    SELECT contrato.id, contrato.registro_ans, contrato.prestador_id
    FROM tiss.contrato
    WHERE contrato.ambiente = %(ambiente)s
      AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
),

-- From one day to the one before it by the index, not through every posting of the day.
dia (dia, ordem) AS (
    SELECT %(antes_de)s::date, 0
    UNION ALL
    SELECT
        (
            SELECT max(greatest(
                (
                    SELECT max(pagamento.data_pagamento)
                    FROM tiss.pagamento
                    WHERE pagamento.contrato_id = escolhido.id AND pagamento.data_pagamento < dia.dia
                ),
                (
                    SELECT max(lancado.data_pagamento)
                    FROM tiss.debito_credito AS lancado
                    WHERE lancado.contrato_id = escolhido.id AND lancado.data_pagamento < dia.dia
                )
            ))
            FROM escolhido
        ),
        dia.ordem + 1
    FROM dia
    WHERE dia.dia >= %(desde)s AND dia.ordem < %(limite)s
)

SELECT
    escolhido.id AS contrato_id,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    pago.data_pagamento,
    pago.bruto,
    pago.nao_reconhecido,
    pago.debitos,
    pago.creditos,
    pago.liquido
FROM (
    SELECT dia.dia FROM dia WHERE dia.ordem > 0 AND dia.dia >= %(desde)s
    UNION ALL
    SELECT NULL
) AS procurado
CROSS JOIN escolhido
CROSS JOIN LATERAL (
    SELECT data_pagamento, bruto, nao_reconhecido, debitos, creditos, liquido
    FROM tiss.conciliacao_pagamento
    WHERE contrato_id = escolhido.id AND data_pagamento = procurado.dia
    UNION ALL
    SELECT data_pagamento, bruto, nao_reconhecido, debitos, creditos, liquido
    FROM tiss.conciliacao_pagamento
    WHERE contrato_id = escolhido.id AND data_pagamento IS NULL AND procurado.dia IS NULL
) AS pago
JOIN tiss.operadora ON operadora.registro_ans = escolhido.registro_ans
JOIN tiss.prestador ON prestador.id = escolhido.prestador_id
ORDER BY pago.data_pagamento DESC NULLS LAST, operadora.nome, prestador.nome, escolhido.id;
