-- How many guias of some days of care are in each status, counted no further than `ate_quantas`. Params: those of
-- lista/guias_do_periodo, without the page.
WITH RECURSIVE dia AS (
    SELECT min(guia.data_atendimento) AS dia
    FROM tiss.guia
    WHERE %(desde)s::date IS NULL OR guia.data_atendimento >= %(desde)s
    UNION ALL
    SELECT (SELECT min(guia.data_atendimento) FROM tiss.guia WHERE guia.data_atendimento > dia.dia)
    FROM dia
    WHERE dia.dia < coalesce(%(ate)s::date, 'infinity')
),

do_periodo AS MATERIALIZED (
    SELECT dia.dia FROM dia WHERE dia.dia <= coalesce(%(ate)s::date, 'infinity')
)

SELECT um.status, contada.guias
FROM unnest(%(status)s::text[]) AS um (status)
CROSS JOIN LATERAL (
    SELECT count(*) AS guias
    FROM (
        SELECT
        FROM do_periodo
        CROSS JOIN LATERAL (
            SELECT
            FROM tiss.guia
            WHERE guia.data_atendimento = do_periodo.dia
              AND guia.status = um.status
              AND (cardinality(%(operadoras)s::text[]) = 0 OR guia.registro_ans = ANY (%(operadoras)s))
            LIMIT %(ate_quantas)s
        ) AS guia
        LIMIT %(ate_quantas)s
    ) AS uma
) AS contada
WHERE contada.guias > 0;
