-- Motives of refusal. Params: glosas (json), protocolo, origem.
INSERT INTO tiss.glosa (
    envio_id, protocolo, nivel, sequencial_item, codigo, descricao, valor_declarado,
    valor_rateado, origem, posicao
)
SELECT
    glosa.envio, %(protocolo)s, glosa.nivel, glosa.item, glosa.codigo, glosa.descricao,
    glosa.declarado, glosa.rateado, %(origem)s, glosa.posicao
FROM jsonb_to_recordset(%(glosas)s::jsonb) AS glosa (
    envio bigint, nivel text, item integer, codigo text, descricao text, declarado numeric,
    rateado numeric, posicao integer
);
