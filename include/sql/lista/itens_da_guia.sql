-- What a guia bills, in its order.
SELECT
    sequencial_item,
    codigo_despesa,
    codigo_tabela,
    codigo_procedimento,
    descricao,
    data_execucao,
    quantidade,
    valor_unitario,
    valor_total
FROM tiss.guia_item
WHERE guia_id = %(guia)s
ORDER BY sequencial_item;
