-- What a recurso contests, guia by guia. Params: recurso, com_texto (what people and the operadora wrote).
SELECT
    item.id,
    guia.id AS guia_id,
    guia.consulta_id,
    guia.numero_guia_prestador,
    guia.viva AND envio.viva AND guia.status <> 'CANCELADA' AS viva,
    item.nivel,
    item.sequencial_item,
    produto.codigo_procedimento,
    produto.descricao AS procedimento,
    item.codigo,
    tiss.descricao_glosa(item.codigo) AS descricao,
    item.valor_recursado,
    item.valor_acatado,
    item.justificativa <> '' AS justificada,
    CASE WHEN %(com_texto)s THEN item.justificativa END AS justificativa,
    CASE WHEN %(com_texto)s THEN item.resposta END AS resposta
FROM tiss.recurso_item AS item
JOIN tiss.guia_tiss_envio AS envio ON envio.id = item.envio_id
JOIN tiss.guia ON guia.id = envio.guia_id
LEFT JOIN tiss.guia_item AS produto
    ON produto.guia_id = guia.id AND produto.sequencial_item = item.sequencial_item
WHERE item.recurso_id = %(recurso)s
ORDER BY envio.ordem, item.nivel, item.sequencial_item, item.codigo;
