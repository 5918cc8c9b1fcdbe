-- A page of lotes, the newest first, with one row more than it holds when there are more.
-- Params: ids, status, operadoras (arrays, empty = any), desde, ate (days of creation, inclusive), busca (start of
-- a number of lote or a protocolo, null = any); chave (id that the page begins at, null = the start), subindo (the
-- page before it), limite.
WITH filtrado AS NOT MATERIALIZED (
    SELECT lote.id
    FROM tiss.lote
    JOIN tiss.contrato ON contrato.id = lote.contrato_id
    WHERE (cardinality(%(ids)s::bigint[]) = 0 OR lote.id = ANY (%(ids)s))
      AND (cardinality(%(status)s::text[]) = 0 OR lote.status = ANY (%(status)s))
      AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
      AND (%(desde)s::date IS NULL OR lote.criado_em >= %(desde)s::date::timestamp AT TIME ZONE contrato.fuso)
      AND (%(ate)s::date IS NULL OR lote.criado_em < (%(ate)s::date + 1)::timestamp AT TIME ZONE contrato.fuso)
      AND (
          %(busca)s::text IS NULL
          OR starts_with(lote.numero_lote::text, ltrim(%(busca)s, '0'))
          OR starts_with(lote.protocolo, %(busca)s)
      )
),

pagina AS (
    (
        SELECT id FROM filtrado
        WHERE NOT %(subindo)s AND (%(chave)s::bigint IS NULL OR id < %(chave)s)
        ORDER BY id DESC
        LIMIT %(limite)s
    )
    UNION ALL
    (
        SELECT id FROM filtrado
        WHERE %(subindo)s AND id > %(chave)s
        ORDER BY id
        LIMIT %(limite)s
    )
)

SELECT
    lote.id,
    lote.numero_lote,
    lote.contrato_id,
    contrato.registro_ans,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    contrato.ambiente,
    lote.tipo_guia,
    lote.quantidade_guias,
    lote.valor_total,
    lote.status,
    CASE
        WHEN lote.status <> 'PENDENTE' THEN NULL
        WHEN lote.exportado_em IS NOT NULL THEN 'EXPORTADO'
        WHEN NOT lote.liberado THEN 'CONFERENCIA'
        WHEN contrato.tipo_api = 'MANUAL' THEN 'PORTAL'
        WHEN contrato.suspenso_em IS NOT NULL OR NOT operadora.ativa THEN 'SUSPENSO'
    END AS espera,
    -- Somebody asked for it to be sent minutes ago, and nothing came of it yet.
    lote.status = 'PENDENTE' AND lote.liberado AND (
        (
            lote.liberado_por IS NOT NULL
            AND lote.tentativa = 0
            AND lote.criado_em > now() - interval '5 minutes'
        )
        OR EXISTS (
            SELECT
            FROM tiss.acao
            WHERE acao.lote_id = lote.id
              AND acao.o_que = 'lote.enviar'
              AND acao.situacao < 400
              AND acao.quando > greatest(mudanca.quando, lote.criado_em, now() - interval '5 minutes')
        )
    ) AS na_fila,
    lote.protocolo,
    lote.criado_em,
    coalesce(mudanca.quando, lote.criado_em) AS mudou_em
FROM pagina
JOIN tiss.lote ON lote.id = pagina.id
JOIN tiss.contrato ON contrato.id = lote.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
LEFT JOIN LATERAL (
    SELECT max(historico.quando) AS quando
    FROM tiss.historico
    WHERE historico.objeto = 'lote' AND historico.objeto_id = lote.id
) AS mudanca ON true
ORDER BY lote.id DESC;
