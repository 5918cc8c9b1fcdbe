-- Ids of a page of guias by day of care: of each day and status the nearest ones, by index. The days are those that
-- there are: a clinic's rows may name any. Params: desde, ate (inclusive, null = open); the others as in
-- lista/guias_por_estado.
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
    SELECT dia.dia, um.status
    FROM dia
    CROSS JOIN unnest(%(status)s::text[]) AS um (status)
    WHERE dia.dia <= coalesce(%(ate)s::date, 'infinity')
),

achada AS (
    SELECT guia.id
    FROM do_periodo
    CROSS JOIN LATERAL (
        SELECT guia.id
        FROM tiss.guia
        WHERE guia.data_atendimento = do_periodo.dia
          AND guia.status = do_periodo.status
          AND (cardinality(%(operadoras)s::text[]) = 0 OR guia.registro_ans = ANY (%(operadoras)s))
          AND (%(chave)s::bigint IS NULL OR guia.id < %(chave)s)
        ORDER BY guia.id DESC
        LIMIT %(limite)s
    ) AS guia
    WHERE NOT %(subindo)s
    UNION ALL
    SELECT guia.id
    FROM do_periodo
    CROSS JOIN LATERAL (
        SELECT guia.id
        FROM tiss.guia
        WHERE guia.data_atendimento = do_periodo.dia
          AND guia.status = do_periodo.status
          AND (cardinality(%(operadoras)s::text[]) = 0 OR guia.registro_ans = ANY (%(operadoras)s))
          AND guia.id > %(chave)s::bigint
        ORDER BY guia.id
        LIMIT %(limite)s
    ) AS guia
    WHERE %(subindo)s
)

SELECT id
FROM achada
ORDER BY CASE WHEN %(subindo)s THEN -id ELSE id END DESC
LIMIT %(limite)s;
