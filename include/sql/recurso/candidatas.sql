-- What was recusado of contratos and nobody has contested, in the order of the messages. A motive that repeats
-- another one of its item asks for nothing. Params: contratos, lote (null = all), protocolos, guias (numbers), codigos
-- (text[] each, empty = any).
SELECT
    recusado.envio_id,
    recusado.lote_id,
    recusado.protocolo,
    recusado.numero_guia_prestador,
    recusado.nivel,
    recusado.sequencial_item,
    recusado.codigo,
    recusado.descricao AS descricao_glosa,
    recusado.valor,
    recusado.prazo,
    recusado.dias,
    coalesce(item.data_execucao, guia.data_atendimento) AS data_atendimento,
    recusado.codigo_procedimento,
    item.descricao,
    modelo.texto AS modelo,
    -- Where the terminology was not loaded, nobody knows.
    contrato.versao_tiss IN (SELECT versao_tiss FROM tiss.dominio WHERE dominio = 'dm_tipoGlosa')
    AND NOT EXISTS (
        SELECT
        FROM tiss.dominio
        WHERE dominio.dominio = 'dm_tipoGlosa'
          AND dominio.versao_tiss = contrato.versao_tiss
          AND dominio.codigo = recusado.codigo
    ) AS codigo_fora_do_padrao,
    envio.valor_glosado AS glosado_da_guia,
    contestado.valor AS ja_contestado,
    recusado.nivel = 'PROTOCOLO' AND EXISTS (
        SELECT
        FROM tiss.recurso
        JOIN tiss.recurso_item ON recurso_item.recurso_id = recurso.id
        WHERE recurso.lote_recorrido_id = recusado.lote_id
          AND recurso_item.nivel = 'PROTOCOLO'
          AND recurso_item.codigo = recusado.codigo
    ) AS protocolo_ja_contestado
FROM tiss.conciliacao_recurso AS recusado
JOIN tiss.guia ON guia.id = recusado.guia_id
JOIN tiss.contrato ON contrato.id = recusado.contrato_id
JOIN tiss.guia_tiss_envio AS envio ON envio.id = recusado.envio_id
LEFT JOIN tiss.guia_item AS item
    ON item.guia_id = guia.id AND item.sequencial_item = recusado.sequencial_item
LEFT JOIN LATERAL (
    -- Its own, before the one for all.
    SELECT justificativa.texto
    FROM tiss.justificativa
    WHERE justificativa.codigo = recusado.codigo
      AND (justificativa.contrato_id = recusado.contrato_id OR justificativa.contrato_id IS NULL)
    ORDER BY justificativa.contrato_id NULLS LAST
    LIMIT 1
) AS modelo ON true
CROSS JOIN LATERAL (
    -- The same money, under another code or at another level.
    SELECT coalesce(sum(recurso_item.valor_recursado), 0.00) AS valor
    FROM tiss.recurso_item
    WHERE recurso_item.envio_id = recusado.envio_id
) AS contestado
WHERE recusado.contrato_id = ANY (%(contratos)s)
  AND recusado.situacao = 'A_RECORRER'
  AND (%(lote)s::bigint IS NULL OR recusado.lote_id = %(lote)s)
  AND (cardinality(%(protocolos)s::text[]) = 0 OR recusado.protocolo = ANY (%(protocolos)s))
  AND (cardinality(%(guias)s::text[]) = 0 OR recusado.numero_guia_prestador = ANY (%(guias)s))
  AND (cardinality(%(codigos)s::text[]) = 0 OR recusado.codigo = ANY (%(codigos)s))
ORDER BY recusado.lote_id, envio.ordem, recusado.nivel, recusado.sequencial_item, recusado.codigo;
