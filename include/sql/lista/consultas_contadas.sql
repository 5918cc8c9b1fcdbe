-- What waits to be billed by situation, counted no further than ate_quantas in all. Params: those of lista/consultas,
-- without situacao and page.
SELECT
    count(*) FILTER (WHERE NOT contada.com_problemas) AS prontas,
    count(*) FILTER (WHERE contada.com_problemas) AS com_problemas
FROM (
    SELECT espera.com_problemas
    FROM tiss.em_espera(%(ambiente)s) AS espera
    WHERE (cardinality(%(operadoras)s::text[]) = 0 OR espera.registro_ans = ANY (%(operadoras)s))
      AND (cardinality(%(clinicas)s::text[]) = 0 OR espera.clinica_id = ANY (%(clinicas)s))
      AND (%(desde)s::date IS NULL OR espera.dia >= %(desde)s)
      AND (%(ate)s::date IS NULL OR espera.dia <= %(ate)s)
      AND (%(busca)s::text IS NULL OR espera.consulta_id = %(busca)s)
    LIMIT %(ate_quantas)s
) AS contada;
