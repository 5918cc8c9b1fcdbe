-- What was decided about sendings of one lote; the old glosas go, their bytes stay in tiss.troca.
-- Params: decididos (json), data, numero, sha256 (null: decided by payments, no analysis speaks of them).
WITH decidido AS (
    SELECT envio, situacao, resultado, informado, processado, liberado, glosado, franquia
    FROM jsonb_to_recordset(%(decididos)s::jsonb) AS decidido (
        envio bigint, situacao text, resultado text, informado numeric, processado numeric,
        liberado numeric, glosado numeric, franquia numeric
    )
),

antigas AS (
    DELETE FROM tiss.glosa
    WHERE envio_id IN (SELECT decidido.envio FROM decidido) AND origem = 'DEMONSTRATIVO_ANALISE'
)

UPDATE tiss.guia_tiss_envio
SET situacao_guia = decidido.situacao,
    -- What a recurso was granted is not taken back by the analysis that it contests.
    resultado = CASE
        WHEN decidido.resultado = 'NEGADA' AND guia_tiss_envio.valor_recuperado > 0 THEN 'AUTORIZADA'
        ELSE decidido.resultado
    END,
    valor_informado = decidido.informado,
    valor_processado = decidido.processado,
    valor_liberado = decidido.liberado,
    valor_glosado = decidido.glosado,
    valor_franquia = decidido.franquia,
    demonstrativo_data = %(data)s,
    demonstrativo_numero = %(numero)s,
    demonstrativo_sha256 = %(sha256)s
FROM decidido
WHERE guia_tiss_envio.id = decidido.envio;
