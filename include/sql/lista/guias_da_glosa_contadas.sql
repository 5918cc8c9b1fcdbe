-- How many guias of those that lista/guias_da_glosa finds are in each status, of the newest `ate_quantas` of them.
-- Params: its, without the page.
SELECT guia.status, count(*) AS guias
FROM (
    SELECT DISTINCT glosa.guia_id
    FROM tiss.glosa
    JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
    JOIN tiss.guia ON guia.id = glosa.guia_id
    WHERE glosa.codigo = %(glosa)s
      AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
      AND guia.status = ANY (%(status)s::text[])
      AND (cardinality(%(operadoras)s::text[]) = 0 OR guia.registro_ans = ANY (%(operadoras)s))
      AND (%(desde)s::date IS NULL OR guia.data_atendimento >= %(desde)s)
      AND (%(ate)s::date IS NULL OR guia.data_atendimento <= %(ate)s)
    ORDER BY glosa.guia_id DESC
    LIMIT %(ate_quantas)s
) AS achada
JOIN tiss.guia ON guia.id = achada.guia_id
GROUP BY guia.status;
