-- What operadoras refused, counted: of which procedures, and of guias that lacked which fields.
-- depends: 0007_digesto

ALTER TABLE tiss.guia ADD COLUMN campos_ausentes text[];
COMMENT ON COLUMN tiss.guia.campos_ausentes IS
    'Optional fields that it leaves empty, of those of its kind in tiss.domain.ausencia; null: built before this column';

-- Of the last twelve months, because operadoras change their minds. A guia that was presented again
-- counts: that it was refused is what there is to learn. One that was cancelled was never judged, and a
-- glosa of a whole protocolo says nothing about its guias.
CREATE VIEW tiss.procedimento_julgado AS
SELECT
    lote.contrato_id,
    guia.tipo,
    item.codigo_tabela,
    item.codigo_procedimento,
    guia.campos_ausentes,
    glosa.codigos AS glosas,
    count(*) AS guias
FROM tiss.lote
-- Lote by lote and guia by guia, by their keys: joined as a whole, all that was ever billed would be read,
-- however long ago, to count one year of one contrato.
CROSS JOIN LATERAL (
    SELECT envio.id, envio.guia_id
    FROM tiss.guia_tiss_envio AS envio
    WHERE envio.lote_id = lote.id AND envio.viva AND envio.resultado IN ('AUTORIZADA', 'NEGADA')
    OFFSET 0
) AS envio
CROSS JOIN LATERAL (
    SELECT guia.tipo, guia.campos_ausentes
    FROM tiss.guia
    WHERE guia.id = envio.guia_id AND guia.status <> 'CANCELADA'
    OFFSET 0
) AS guia
-- A guia counts once for a procedure, however many lines it has of it.
CROSS JOIN LATERAL (
    SELECT
        item.codigo_tabela,
        item.codigo_procedimento,
        array_agg(item.sequencial_item) AS linhas
    FROM tiss.guia_item AS item
    WHERE item.guia_id = envio.guia_id
    GROUP BY item.codigo_tabela, item.codigo_procedimento
) AS item
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT glosa.codigo), '{}') AS codigos
    FROM tiss.glosa
    WHERE glosa.envio_id = envio.id
      AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
      AND (
          glosa.nivel = 'GUIA'
          OR (glosa.nivel = 'ITEM' AND glosa.sequencial_item = ANY (item.linhas))
      )
) AS glosa
WHERE lote.protocolo IS NOT NULL AND lote.data_envio >= now() - interval '12 months'
GROUP BY
    lote.contrato_id, guia.tipo, item.codigo_tabela, item.codigo_procedimento, guia.campos_ausentes,
    glosa.codigos;
COMMENT ON VIEW tiss.procedimento_julgado IS
    'Judged guias of the last twelve months that have a procedure, lack the same fields and got the same glosas';

-- n of m, for people: every code that a procedure ever got, with each field that was ever missing.
CREATE VIEW tiss.historico_de_glosa AS
WITH julgado AS MATERIALIZED (
    SELECT
        contrato_id, tipo, codigo_tabela, codigo_procedimento, campos_ausentes, glosas, guias
    FROM tiss.procedimento_julgado
),
codigo AS (
    SELECT DISTINCT contrato_id, tipo, codigo_tabela, codigo_procedimento, unnest(glosas) AS codigo
    FROM julgado
),
campo AS (
    SELECT DISTINCT
        contrato_id, tipo, codigo_tabela, codigo_procedimento, unnest(campos_ausentes) AS campo
    FROM julgado
    -- The procedure as such.
    UNION ALL
    SELECT DISTINCT contrato_id, tipo, codigo_tabela, codigo_procedimento, NULL
    FROM julgado
)
SELECT
    contrato_id,
    operadora.nome AS operadora,
    contrato.ambiente,
    tipo,
    codigo_tabela,
    codigo_procedimento,
    campo.campo AS campo_ausente,
    codigo.codigo,
    tiss.descricao_glosa(codigo.codigo) AS descricao,
    contado.glosadas,
    contado.julgadas,
    contado.glosadas_com_o_campo,
    contado.julgadas_com_o_campo
FROM codigo
JOIN campo USING (contrato_id, tipo, codigo_tabela, codigo_procedimento)
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(guias) FILTER (WHERE falta AND glosada), 0)::bigint AS glosadas,
        coalesce(sum(guias) FILTER (WHERE falta), 0)::bigint AS julgadas,
        coalesce(sum(guias) FILTER (WHERE NOT falta AND glosada), 0)::bigint AS glosadas_com_o_campo,
        coalesce(sum(guias) FILTER (WHERE NOT falta), 0)::bigint AS julgadas_com_o_campo
    FROM (
        SELECT
            julgado.guias,
            -- Null, neither, of guias from before it was noted.
            campo.campo IS NULL OR campo.campo = ANY (julgado.campos_ausentes) AS falta,
            codigo.codigo = ANY (julgado.glosas) AS glosada
        FROM julgado
        WHERE (julgado.contrato_id, julgado.tipo, julgado.codigo_tabela, julgado.codigo_procedimento)
            = (codigo.contrato_id, codigo.tipo, codigo.codigo_tabela, codigo.codigo_procedimento)
    ) AS dividido
) AS contado
JOIN tiss.contrato ON contrato.id = codigo.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans;
COMMENT ON VIEW tiss.historico_de_glosa IS
    'How often an operadora refused a procedure, as such and without each field, in the last twelve months';

GRANT SELECT ON tiss.procedimento_julgado, tiss.historico_de_glosa TO tiss_faturamento;
