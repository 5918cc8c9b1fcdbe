-- What a recurso contests. Params: recurso, itens (json).
INSERT INTO tiss.recurso_item (
    recurso_id, envio_id, nivel, sequencial_item, codigo, valor_recursado, justificativa
)
SELECT
    %(recurso)s, item.envio, item.nivel, item.item, item.codigo, item.valor, item.justificativa
FROM jsonb_to_recordset(%(itens)s::jsonb) AS item (
    envio bigint, nivel text, item integer, codigo text, valor numeric, justificativa text
);
