-- A page of recursos, the newest first, with one more than it holds when there are more. Params: ids, status,
-- operadoras (arrays, empty = any), lote (that it contests), guia (null = any); chave, subindo, limite as in
-- lista/lotes.
WITH filtrado AS NOT MATERIALIZED (
    SELECT recurso.id
    FROM tiss.recurso
    JOIN tiss.contrato ON contrato.id = recurso.contrato_id
    WHERE (cardinality(%(ids)s::bigint[]) = 0 OR recurso.id = ANY (%(ids)s))
      AND (cardinality(%(status)s::text[]) = 0 OR recurso.status = ANY (%(status)s))
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
),

pagina AS MATERIALIZED (
    (
        SELECT id FROM filtrado
        WHERE NOT %(subindo)s AND (%(chave)s::bigint IS NULL OR id < %(chave)s)
        ORDER BY id DESC
        LIMIT %(limite)s
    )
    UNION ALL
    (
        SELECT id FROM filtrado
        WHERE %(subindo)s AND id > %(chave)s
        ORDER BY id
        LIMIT %(limite)s
    )
),

-- Only a draft is still in time or not.
prazo AS (
    SELECT glosa.recurso_id, min(glosa.prazo) AS prazo, min(glosa.dias) AS dias
    FROM tiss.conciliacao_recurso AS glosa
    -- By key, so that the view looks at no other.
    WHERE glosa.envio_id = ANY (ARRAY(
        SELECT item.envio_id
        FROM pagina
        JOIN tiss.recurso ON recurso.id = pagina.id AND recurso.status = 'RASCUNHO'
        JOIN tiss.recurso_item AS item ON item.recurso_id = recurso.id
    ))
    GROUP BY glosa.recurso_id
)

SELECT
    recurso.id,
    recurso.status,
    recurso.objeto,
    recurso.contrato_id,
    contrato.registro_ans,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    contrato.ambiente,
    recorrido.id AS lote_recorrido_id,
    recorrido.numero_lote,
    recorrido.protocolo,
    recurso.lote_id,
    enviado.numero_lote AS numero_lote_do_envio,
    enviado.status AS status_do_envio,
    enviado.protocolo AS protocolo_do_recurso,
    soma.guias,
    soma.glosas,
    soma.codigos,
    soma.valor_recursado,
    soma.valor_acatado,
    soma.sem_justificativa,
    prazo.prazo,
    prazo.dias,
    recurso.criado_em,
    recurso.criado_por,
    recurso.decidido_em,
    recurso.decidido_por,
    recurso.respondido_em
FROM pagina
JOIN tiss.recurso ON recurso.id = pagina.id
JOIN tiss.contrato ON contrato.id = recurso.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
JOIN tiss.lote AS recorrido ON recorrido.id = recurso.lote_recorrido_id
LEFT JOIN tiss.lote AS enviado ON enviado.id = recurso.lote_id
CROSS JOIN LATERAL (
    -- A discarded one may hold nothing any more.
    SELECT
        count(DISTINCT item.envio_id) AS guias,
        count(*) AS glosas,
        coalesce(array_agg(DISTINCT item.codigo ORDER BY item.codigo), '{}') AS codigos,
        coalesce(sum(item.valor_recursado), 0.00) AS valor_recursado,
        sum(item.valor_acatado) AS valor_acatado,
        count(*) FILTER (WHERE item.justificativa = '') AS sem_justificativa
    FROM tiss.recurso_item AS item
    WHERE item.recurso_id = recurso.id
) AS soma
LEFT JOIN prazo ON prazo.recurso_id = recurso.id
ORDER BY recurso.id DESC;
