-- What the operadora granted, and in which words. Params: decididas (json).
UPDATE tiss.recurso_item
SET valor_acatado = decidida.acatado,
    resposta = decidida.resposta,
    -- What is told again, or less of it, was granted when it was.
    acatado_em = CASE
        WHEN valor_acatado IS DISTINCT FROM decidida.acatado THEN now() ELSE acatado_em
    END
FROM jsonb_to_recordset(%(decididas)s::jsonb) AS decidida (id bigint, acatado numeric, resposta text)
WHERE recurso_item.id = decidida.id;
