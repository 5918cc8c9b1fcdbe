-- A page of glosas, the newest first, with one more than it holds when there are more; what became of each, where it
-- may be contested. Params: codigo, guia, lote (ids), null = any; operadoras (empty = any); anunciadas (also those
-- that were only told before the analysis); com_texto (what the operadora wrote); chave, subindo, limite as in
-- lista/lotes.
WITH filtrada AS NOT MATERIALIZED (
    SELECT glosa.id, glosa.envio_id
    FROM tiss.glosa
    WHERE (%(anunciadas)s OR glosa.origem = 'DEMONSTRATIVO_ANALISE')
      AND (%(codigo)s::text IS NULL OR glosa.codigo = %(codigo)s)
      AND (
          %(guia)s::bigint IS NULL
          OR glosa.envio_id = ANY (ARRAY(
              SELECT envio.id FROM tiss.guia_tiss_envio AS envio WHERE envio.guia_id = %(guia)s
          ))
      )
      AND (
          %(lote)s::bigint IS NULL
          OR glosa.envio_id = ANY (ARRAY(
              SELECT envio.id FROM tiss.guia_tiss_envio AS envio WHERE envio.lote_id = %(lote)s
          ))
      )
      AND (
          cardinality(%(operadoras)s::text[]) = 0
          OR (SELECT guia.registro_ans FROM tiss.guia WHERE guia.id = glosa.guia_id) = ANY (%(operadoras)s)
      )
),

pagina AS MATERIALIZED (
    (
        SELECT id, envio_id FROM filtrada
        WHERE NOT %(subindo)s AND (%(chave)s::bigint IS NULL OR id < %(chave)s)
        ORDER BY id DESC
        LIMIT %(limite)s
    )
    UNION ALL
    (
        SELECT id, envio_id FROM filtrada
        WHERE %(subindo)s AND id > %(chave)s
        ORDER BY id
        LIMIT %(limite)s
    )
)

SELECT
    glosa.id,
    glosa.envio_id,
    guia.id AS guia_id,
    guia.consulta_id,
    guia.numero_guia_prestador,
    guia.registro_ans,
    operadora.nome AS operadora,
    lote.id AS lote_id,
    lote.numero_lote,
    lote.protocolo,
    glosa.origem,
    glosa.nivel,
    glosa.sequencial_item,
    item.codigo_tabela,
    item.codigo_procedimento,
    glosa.codigo,
    tiss.descricao_glosa(glosa.codigo) AS descricao,
    CASE WHEN %(com_texto)s THEN glosa.descricao END AS texto,
    coalesce(glosa.valor_rateado, glosa.valor_declarado) AS valor,
    atual.situacao,
    atual.prazo,
    atual.dias,
    atual.recurso_id,
    atual.valor_recursado,
    atual.valor_acatado
FROM pagina
JOIN tiss.glosa ON glosa.id = pagina.id
JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id
JOIN tiss.guia ON guia.id = envio.guia_id
JOIN tiss.lote ON lote.id = envio.lote_id
LEFT JOIN tiss.operadora ON operadora.registro_ans = guia.registro_ans
LEFT JOIN tiss.guia_item AS item
    ON item.guia_id = guia.id AND item.sequencial_item = glosa.sequencial_item
LEFT JOIN tiss.conciliacao_recurso AS atual
    -- By key, so that the view looks at no other.
    ON atual.envio_id = ANY (ARRAY(SELECT pagina.envio_id FROM pagina))
    AND atual.envio_id = glosa.envio_id
    AND atual.nivel = glosa.nivel
    AND coalesce(atual.sequencial_item, 0) = coalesce(glosa.sequencial_item, 0)
    AND atual.codigo = glosa.codigo
    AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
ORDER BY glosa.id DESC;
