-- What waits to be billed by situation, counted no further than contadas_ate in all. Params: those of lista/consultas,
-- without situacao and page.
SELECT
    CASE WHEN contada.com_problemas THEN 'COM_PROBLEMAS' ELSE 'PRONTA' END AS situacao,
    count(*) AS consultas
FROM (
    SELECT espera.com_problemas
    FROM tiss.em_espera(%(ambiente)s) AS espera
    WHERE (cardinality(%(operadoras)s::text[]) = 0 OR espera.registro_ans = ANY (%(operadoras)s))
      AND (cardinality(%(clinicas)s::text[]) = 0 OR espera.clinica_id = ANY (%(clinicas)s))
      AND (%(desde)s::date IS NULL OR espera.dia >= %(desde)s)
      AND (%(ate)s::date IS NULL OR espera.dia <= %(ate)s)
      AND (%(busca)s::text IS NULL OR espera.consulta_id = %(busca)s)
    LIMIT %(contadas_ate)s
) AS contada
GROUP BY contada.com_problemas;
