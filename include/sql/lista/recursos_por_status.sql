-- Recursos by status. Params: those of lista/recursos, without status and page.
SELECT recurso.status, count(*) AS recursos
FROM tiss.recurso
JOIN tiss.contrato ON contrato.id = recurso.contrato_id
WHERE (cardinality(%(ids)s::bigint[]) = 0 OR recurso.id = ANY (%(ids)s))
  AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
  AND (%(lote)s::bigint IS NULL OR recurso.lote_recorrido_id = %(lote)s)
  AND (
      %(guia)s::bigint IS NULL
      OR recurso.id = ANY (ARRAY(
          SELECT item.recurso_id
          FROM tiss.guia_tiss_envio AS envio
          JOIN tiss.recurso_item AS item ON item.envio_id = envio.id
          WHERE envio.guia_id = %(guia)s
      ))
  )
GROUP BY recurso.status;
