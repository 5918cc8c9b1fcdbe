-- How many guias of those that lista/guias_achadas finds are in each status. Params: its, without the page.
WITH criterio AS (
    SELECT envio.guia_id
    FROM tiss.guia_tiss_envio AS envio
    WHERE envio.lote_id = %(lote)s::bigint
    UNION ALL
    (
        SELECT guia.id
        FROM tiss.guia
        WHERE guia.contrato_id = ANY (ARRAY(SELECT contrato.id FROM tiss.contrato))
          AND guia.numero_guia_prestador = %(busca)s::text
        UNION
        SELECT guia.id FROM tiss.guia WHERE guia.consulta_id = %(busca)s AND guia.viva
        UNION
        SELECT guia.id FROM tiss.guia WHERE guia.consulta_id = %(busca)s AND NOT guia.viva
        UNION
        SELECT envio.guia_id
        FROM tiss.lote
        JOIN tiss.guia_tiss_envio AS envio ON envio.lote_id = lote.id
        WHERE lote.contrato_id = ANY (ARRAY(SELECT contrato.id FROM tiss.contrato))
          AND lote.protocolo = %(busca)s
    )
)

SELECT guia.status, count(*) AS guias
FROM (
    SELECT criterio.guia_id
    FROM criterio
    GROUP BY criterio.guia_id
    HAVING count(*) = num_nonnulls(%(lote)s::bigint, %(busca)s::text)
) AS achada
JOIN tiss.guia ON guia.id = achada.guia_id
WHERE guia.status = ANY (%(status)s::text[])
  AND (cardinality(%(operadoras)s::text[]) = 0 OR guia.registro_ans = ANY (%(operadoras)s))
  AND (%(desde)s::date IS NULL OR guia.data_atendimento >= %(desde)s)
  AND (%(ate)s::date IS NULL OR guia.data_atendimento <= %(ate)s)
  AND (
      %(glosa)s::text IS NULL
      OR EXISTS (
          SELECT
          FROM tiss.glosa
          JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
          WHERE glosa.codigo = %(glosa)s
            AND glosa.guia_id = guia.id
            AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
      )
  )
GROUP BY guia.status;
