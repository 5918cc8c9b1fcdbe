-- The judged guias of a contrato, counted by procedure, missing fields and glosas; only of procedures that
-- were refused often enough for a warning. Params: contrato, minimo (of guias with a glosa).
-- Materialized: counted once, and by hash. The order that is asked for would have each guia of a year sorted.
WITH julgado AS MATERIALIZED (
    SELECT tipo, codigo_tabela, codigo_procedimento, campos_ausentes, glosas, guias
    FROM tiss.procedimento_julgado
    WHERE contrato_id = %(contrato)s
),

glosado AS (
    SELECT tipo, codigo_tabela, codigo_procedimento
    FROM julgado
    WHERE glosas <> '{}'
    GROUP BY tipo, codigo_tabela, codigo_procedimento
    HAVING sum(guias) >= %(minimo)s
)

SELECT tipo, codigo_tabela, codigo_procedimento, campos_ausentes, glosas, guias
FROM julgado
JOIN glosado USING (tipo, codigo_tabela, codigo_procedimento)
ORDER BY tipo, codigo_tabela, codigo_procedimento, campos_ausentes, glosas;
