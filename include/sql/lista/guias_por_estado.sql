-- Ids of a page of guias by status and operadora: of each pair the nearest ones, by index, however many there are.
-- Params: status (text[], all of them for any), operadoras (text[], empty = any); chave (id that the page begins at,
-- null = the start), subindo (the page before it), limite.
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
),

achada AS (
    SELECT guia.id
    FROM de_quem
    CROSS JOIN unnest(%(status)s::text[]) AS um (status)
    CROSS JOIN LATERAL (
        SELECT guia.id
        FROM tiss.guia
        WHERE guia.registro_ans = de_quem.registro_ans
          AND guia.status = um.status
          AND (%(chave)s::bigint IS NULL OR guia.id < %(chave)s)
        ORDER BY guia.id DESC
        LIMIT %(limite)s
    ) AS guia
    WHERE NOT %(subindo)s
    UNION ALL
    SELECT guia.id
    FROM de_quem
    CROSS JOIN unnest(%(status)s::text[]) AS um (status)
    CROSS JOIN LATERAL (
        SELECT guia.id
        FROM tiss.guia
        WHERE guia.registro_ans = de_quem.registro_ans
          AND guia.status = um.status
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
