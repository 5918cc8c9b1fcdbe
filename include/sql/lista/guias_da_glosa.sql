-- Ids of a page of guias of which an analysis refused something by a code, in their live sending. Params: glosa (the
-- code); the others as in lista/guias_do_periodo.
SELECT achada.id
FROM (
    (
        SELECT DISTINCT glosa.guia_id AS id
        FROM tiss.glosa
        JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
        JOIN tiss.guia ON guia.id = glosa.guia_id
        WHERE glosa.codigo = %(glosa)s
          AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
          AND guia.status = ANY (%(status)s::text[])
          AND (cardinality(%(operadoras)s::text[]) = 0 OR guia.registro_ans = ANY (%(operadoras)s))
          AND (%(desde)s::date IS NULL OR guia.data_atendimento >= %(desde)s)
          AND (%(ate)s::date IS NULL OR guia.data_atendimento <= %(ate)s)
          AND NOT %(subindo)s
          AND (%(chave)s::bigint IS NULL OR glosa.guia_id < %(chave)s)
        ORDER BY glosa.guia_id DESC
        LIMIT %(limite)s
    )
    UNION ALL
    (
        SELECT DISTINCT glosa.guia_id AS id
        FROM tiss.glosa
        JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
        JOIN tiss.guia ON guia.id = glosa.guia_id
        WHERE glosa.codigo = %(glosa)s
          AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
          AND guia.status = ANY (%(status)s::text[])
          AND (cardinality(%(operadoras)s::text[]) = 0 OR guia.registro_ans = ANY (%(operadoras)s))
          AND (%(desde)s::date IS NULL OR guia.data_atendimento >= %(desde)s)
          AND (%(ate)s::date IS NULL OR guia.data_atendimento <= %(ate)s)
          AND %(subindo)s
          AND glosa.guia_id > %(chave)s::bigint
        ORDER BY glosa.guia_id
        LIMIT %(limite)s
    )
) AS achada
ORDER BY CASE WHEN %(subindo)s THEN -achada.id ELSE achada.id END DESC;
