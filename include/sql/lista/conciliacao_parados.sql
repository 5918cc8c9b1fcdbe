-- What waits for a verdict by the days since it was sent, as tiss.conciliacao_espera names them; faixa null: what was
-- sent in months before the first one, of whatever age. Params: those of lista/conciliacao.
SELECT
    CASE
        WHEN espera.competencia < %(de)s THEN NULL
        WHEN espera.dias <= 30 THEN 'até 30 dias'
        WHEN espera.dias <= 60 THEN '31 a 60 dias'
        WHEN espera.dias <= 90 THEN '61 a 90 dias'
        ELSE 'mais de 90 dias'
    END AS faixa,
    count(*) AS lotes,
    sum(espera.guias_em_aberto)::bigint AS guias,
    sum(espera.em_aberto) AS valor
FROM (
    SELECT
        soma.competencia,
        soma.guias_em_aberto,
        soma.em_aberto,
        (now() AT TIME ZONE contrato.fuso)::date - (lote.data_envio AT TIME ZONE contrato.fuso)::date AS dias
    FROM tiss.conciliacao_soma AS soma
    JOIN tiss.lote ON lote.id = soma.lote_id
    JOIN tiss.contrato ON contrato.id = soma.contrato_id
    WHERE contrato.ambiente = %(ambiente)s
      AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
      AND soma.competencia <= %(ate)s
      AND soma.guias_em_aberto > 0
) AS espera
GROUP BY faixa;
