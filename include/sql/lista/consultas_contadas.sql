-- What waits to be billed by situation, and how many were looked at for it, no more than ate_quantas. Params: those of
-- tiss.em_espera, as in lista/consultas; ate_quantas.
-- Found without the type, and typed then: the clinic's view may have to read what was done to know it. Estimated
-- together, that outweighs so much how they are found that the planner may look for them in all that was ever done.
WITH olhada AS MATERIALIZED (
    SELECT espera.consulta_id, espera.com_problemas
    FROM tiss.em_espera(
        %(ambiente)s, NULL, %(operadoras)s, %(desde)s, %(ate)s, %(busca)s,
        '{}', %(profissional)s, %(problema)s
    ) AS espera
    LIMIT %(ate_quantas)s
)

SELECT
    count(*) AS olhadas,
    count(*) FILTER (WHERE contada.deste_tipo AND NOT contada.com_problemas) AS prontas,
    count(*) FILTER (WHERE contada.deste_tipo AND contada.com_problemas) AS com_problemas
FROM (
    SELECT olhada.com_problemas, cardinality(%(tipos)s::text[]) = 0 OR tipo.guia IS NOT NULL AS deste_tipo
    FROM olhada
    LEFT JOIN LATERAL (
        SELECT consulta.tipo_guia AS guia FROM tiss.consulta_preparada AS consulta
        WHERE consulta.consulta_id = olhada.consulta_id AND consulta.tipo_guia = ANY (%(tipos)s::text[])
        -- There is one at most; said so, it is looked up and not joined.
        LIMIT 1
    ) AS tipo ON cardinality(%(tipos)s::text[]) > 0
) AS contada;
