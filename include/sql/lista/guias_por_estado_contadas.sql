-- How many guias are in each status, counted no further than `ate_quantas`. Params: operadoras (text[], empty = any).
WITH RECURSIVE conhecida AS (
    SELECT min(guia.registro_ans) AS registro_ans
    FROM tiss.guia
    WHERE cardinality(%(operadoras)s::text[]) = 0
    UNION ALL
    SELECT (SELECT min(guia.registro_ans) FROM tiss.guia WHERE guia.registro_ans > conhecida.registro_ans)
    FROM conhecida
    WHERE conhecida.registro_ans IS NOT NULL
),

de_quem AS MATERIALIZED (
    SELECT registro_ans FROM conhecida
    UNION
    SELECT unnest(%(operadoras)s::text[])
)

SELECT um.status, contada.guias
FROM unnest(%(status)s::text[]) AS um (status)
CROSS JOIN LATERAL (
    SELECT count(*) AS guias
    FROM (
        SELECT
        FROM de_quem
        CROSS JOIN LATERAL (
            SELECT
            FROM tiss.guia
            WHERE guia.registro_ans = de_quem.registro_ans AND guia.status = um.status
            LIMIT %(ate_quantas)s
        ) AS guia
        LIMIT %(ate_quantas)s
    ) AS uma
) AS contada
WHERE contada.guias > 0;
