-- The months whose payments are to be asked for, while something that was released is not paid, or nothing was
-- said for a day: this month and the last one daily, older ones weekly, half a year back. Params: contratos.
WITH esperado AS (
    SELECT
        lote.contrato_id,
        CASE WHEN lote.tipo_guia = 'ODONTO' THEN '3' ELSE '1' END AS tipo,
        min(lote.data_envio AT TIME ZONE contrato.fuso) AS desde,
        now() AT TIME ZONE contrato.fuso AS hoje
    FROM tiss.lote
    JOIN tiss.contrato ON contrato.id = lote.contrato_id
    WHERE lote.contrato_id = ANY (%(contratos)s)
      AND contrato.tipo_api <> 'MANUAL'
      AND lote.protocolo IS NOT NULL
      AND lote.tipo_guia <> 'RECURSO_GLOSA'
      AND lote.data_envio > now() - interval '1 year'
      AND (
          (lote.status = 'ENVIADO' AND lote.data_envio < now() - interval '1 day')
          OR EXISTS (
              SELECT
              FROM tiss.guia_tiss_envio AS envio
              WHERE envio.lote_id = lote.id
                AND envio.viva
                AND (
                    envio.valor_liberado > envio.valor_pago
                    OR envio.valor_recuperado > envio.valor_pago_recurso
                )
          )
      )
    GROUP BY lote.contrato_id, 2, contrato.fuso
)

SELECT esperado.contrato_id, esperado.tipo, to_char(mes, 'YYYYMM') AS competencia
FROM esperado
CROSS JOIN LATERAL generate_series(
    date_trunc('month', greatest(esperado.desde, esperado.hoje - interval '5 months')),
    date_trunc('month', esperado.hoje),
    interval '1 month'
) AS mes
LEFT JOIN tiss.consulta_pagamento AS feita
    ON feita.contrato_id = esperado.contrato_id
    AND feita.tipo_demonstrativo = esperado.tipo
    AND feita.competencia = to_char(mes, 'YYYYMM')
WHERE feita.consultada_em IS NULL
   OR feita.consultada_em < now() - CASE
       WHEN mes >= date_trunc('month', esperado.hoje) - interval '1 month' THEN interval '20 hours'
       ELSE interval '7 days'
   END
ORDER BY esperado.contrato_id, esperado.tipo, competencia;
