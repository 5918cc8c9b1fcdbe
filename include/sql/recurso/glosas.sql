-- What a recurso contests, in the order of its message, with what that says of guia and item.
SELECT
    item.id,
    item.envio_id,
    item.nivel,
    item.sequencial_item,
    item.codigo,
    item.valor_recursado,
    item.justificativa,
    item.valor_acatado,
    guia.numero_guia_prestador,
    guia.numero_guia_operadora,
    guia.senha,
    guia.viva AND envio.viva AND guia.status <> 'CANCELADA' AS viva,
    produto.data_execucao,
    produto.quantidade,
    produto.codigo_tabela,
    produto.codigo_procedimento,
    produto.descricao,
    produto.codigo_dente,
    produto.codigo_regiao,
    produto.dente_face
FROM tiss.recurso_item AS item
JOIN tiss.guia_tiss_envio AS envio ON envio.id = item.envio_id
JOIN tiss.guia ON guia.id = envio.guia_id
LEFT JOIN tiss.guia_item AS produto
    ON produto.guia_id = guia.id AND produto.sequencial_item = item.sequencial_item
WHERE item.recurso_id = %(recurso)s
ORDER BY envio.ordem, item.nivel, item.sequencial_item, item.codigo;
