-- What the operadora granted, and in which words. Params: decididas (json).
UPDATE tiss.recurso_item
SET valor_acatado = decidida.acatado, resposta = decidida.resposta
FROM jsonb_to_recordset(%(decididas)s::jsonb) AS decidida (id bigint, acatado numeric, resposta text)
WHERE recurso_item.id = decidida.id;
