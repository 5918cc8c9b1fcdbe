-- What was told before the analysis, who attended, what should have been paid by now, when there was an answer.
-- depends: 0008_prevencao

-- Glosas that are only announced --------------------------------------------------------------------

ALTER TABLE tiss.glosa
    DROP CONSTRAINT glosa_origem_check,
    ADD CONSTRAINT glosa_origem_check CHECK (
        origem IN ('DEMONSTRATIVO_ANALISE', 'RECEBIMENTO', 'SITUACAO')
    ),
    ADD CONSTRAINT glosa_anunciada_sem_parte CHECK (
        origem = 'DEMONSTRATIVO_ANALISE' OR valor_rateado IS NULL
    );
COMMENT ON COLUMN tiss.glosa.origem IS
    'Who told it: what decides (an analysis, or payments in its place), or a receipt or a situation, which decide nothing';

-- What is refused at the door, or while the protocolo waits: it counts in no sum. An analysis says what became of it.
-- Both may tell the same; the situation comes later.
CREATE VIEW tiss.conciliacao_glosa_anunciada AS
SELECT DISTINCT ON (envio.id, glosa.nivel, glosa.sequencial_item, glosa.codigo)
    guia.contrato_id,
    operadora.nome AS operadora,
    guia.ambiente,
    lote.id AS lote_id,
    lote.numero_lote,
    lote.protocolo,
    guia.id AS guia_id,
    guia.numero_guia_prestador,
    glosa.origem,
    glosa.nivel,
    glosa.sequencial_item,
    item.codigo_tabela,
    item.codigo_procedimento,
    glosa.codigo,
    tiss.descricao_glosa(glosa.codigo) AS descricao,
    glosa.valor_declarado AS valor
FROM tiss.glosa
JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
JOIN tiss.guia ON guia.id = envio.guia_id AND guia.viva AND guia.status <> 'CANCELADA'
JOIN tiss.lote ON lote.id = envio.lote_id
JOIN tiss.contrato ON contrato.id = guia.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
LEFT JOIN tiss.guia_item AS item
    ON item.guia_id = guia.id AND item.sequencial_item = glosa.sequencial_item
WHERE glosa.origem <> 'DEMONSTRATIVO_ANALISE'
  AND envio.demonstrativo_data IS NULL
  AND envio.resultado IS NULL
ORDER BY envio.id, glosa.nivel, glosa.sequencial_item, glosa.codigo, glosa.origem DESC, glosa.posicao;
COMMENT ON VIEW tiss.conciliacao_glosa_anunciada IS 'What is refused already of guias that no analysis speaks of';

-- The same views as before: what was only announced has no part in them.
CREATE OR REPLACE VIEW tiss.conciliacao_glosa AS
SELECT
    guia.contrato_id,
    operadora.nome AS operadora,
    guia.ambiente,
    glosa.codigo,
    tiss.descricao_glosa(glosa.codigo) AS descricao,
    glosa.nivel,
    item.codigo_tabela,
    item.codigo_procedimento,
    count(*) AS glosas,
    count(DISTINCT guia.id) AS guias,
    sum(glosa.valor_rateado) AS valor,
    count(*) FILTER (WHERE glosa.valor_rateado IS NULL) AS sem_valor
FROM tiss.glosa
JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
JOIN tiss.guia ON guia.id = envio.guia_id AND guia.viva
JOIN tiss.contrato ON contrato.id = guia.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
LEFT JOIN tiss.guia_item AS item
    ON item.guia_id = guia.id AND item.sequencial_item = glosa.sequencial_item
WHERE glosa.origem = 'DEMONSTRATIVO_ANALISE'
GROUP BY
    guia.contrato_id, operadora.nome, guia.ambiente, glosa.codigo, glosa.nivel, item.codigo_tabela,
    item.codigo_procedimento;

CREATE OR REPLACE VIEW tiss.resultado AS
SELECT
    guia.consulta_id,
    guia.clinica_id,
    guia.registro_ans,
    guia.ambiente,
    guia.status,
    guia.numero_guia_prestador,
    guia.valor_informado,
    guia.valor_processado,
    guia.valor_liberado,
    guia.valor_glosado,
    guia.glosa_parcial,
    coalesce(glosas.lista, '[]'::jsonb) AS glosas,
    guia.problemas,
    coalesce(vivo.valor_recuperado, 0.00) AS valor_recuperado
FROM tiss.guia
LEFT JOIN tiss.guia_tiss_envio AS vivo ON vivo.guia_id = guia.id AND vivo.viva
LEFT JOIN LATERAL (
    SELECT jsonb_agg(
        jsonb_build_object(
            'nivel', glosa.nivel,
            'sequencial_item', glosa.sequencial_item,
            'codigo', glosa.codigo,
            'descricao', coalesce(glosa.descricao, tiss.descricao_glosa(glosa.codigo)),
            'valor', glosa.valor_rateado
        ) ORDER BY glosa.nivel, glosa.sequencial_item, glosa.posicao
    ) AS lista
    FROM tiss.glosa
    WHERE glosa.envio_id = vivo.id AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
) AS glosas ON true
WHERE guia.viva;

-- Who attended --------------------------------------------------------------------------------------

ALTER TABLE tiss.guia
    ADD COLUMN nome_profissional text,
    ADD COLUMN conselho_profissional text,
    ADD COLUMN numero_conselho_profissional text,
    ADD COLUMN uf_profissional text;
COMMENT ON COLUMN tiss.guia.numero_conselho_profissional IS
    'Who attended, as the row of the view says; null where only the equipe of each item says it';

-- Glosas by who attended: by the register, since a name is not always written the same.
CREATE VIEW tiss.conciliacao_glosa_profissional AS
SELECT
    guia.contrato_id,
    operadora.nome AS operadora,
    guia.ambiente,
    guia.conselho_profissional,
    guia.numero_conselho_profissional,
    guia.uf_profissional,
    max(guia.nome_profissional) AS nome_profissional,
    glosa.codigo,
    tiss.descricao_glosa(glosa.codigo) AS descricao,
    glosa.nivel,
    item.codigo_tabela,
    item.codigo_procedimento,
    count(*) AS glosas,
    count(DISTINCT guia.id) AS guias,
    sum(glosa.valor_rateado) AS valor,
    count(*) FILTER (WHERE glosa.valor_rateado IS NULL) AS sem_valor
FROM tiss.glosa
JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
JOIN tiss.guia ON guia.id = envio.guia_id AND guia.viva
JOIN tiss.contrato ON contrato.id = guia.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
LEFT JOIN tiss.guia_item AS item
    ON item.guia_id = guia.id AND item.sequencial_item = glosa.sequencial_item
WHERE glosa.origem = 'DEMONSTRATIVO_ANALISE'
GROUP BY
    guia.contrato_id, operadora.nome, guia.ambiente, guia.conselho_profissional,
    guia.numero_conselho_profissional, guia.uf_profissional, glosa.codigo, glosa.nivel,
    item.codigo_tabela, item.codigo_procedimento;

-- What should have been paid by now --------------------------------------------------------------------

ALTER TABLE tiss.contrato
    ADD COLUMN dias_para_pagar integer CHECK (dias_para_pagar BETWEEN 0 AND 3650);
COMMENT ON COLUMN tiss.contrato.dias_para_pagar IS
    'Within how many days after the analysis the operadora pays; null: nobody said, and it is not watched';

-- A payment that is announced for a later day is not late: the operadora told when.
CREATE VIEW tiss.conciliacao_atraso AS
SELECT
    guia.contrato_id,
    operadora.nome AS operadora,
    guia.ambiente,
    lote.id AS lote_id,
    lote.numero_lote,
    lote.protocolo,
    guia.id AS guia_id,
    guia.numero_guia_prestador,
    envio.valor_liberado AS liberado,
    envio.valor_pago AS pago,
    envio.valor_liberado - envio.valor_pago AS falta,
    prazo.devido_em,
    prazo.hoje - prazo.devido_em AS dias
FROM tiss.guia_tiss_envio AS envio
-- Each by its key: how few of all guias are not paid is more than the planner can know.
CROSS JOIN LATERAL (
    SELECT guia.id, guia.contrato_id, guia.ambiente, guia.numero_guia_prestador
    FROM tiss.guia
    WHERE guia.id = envio.guia_id AND guia.viva AND guia.status <> 'CANCELADA'
    LIMIT 1
) AS guia
JOIN tiss.lote ON lote.id = envio.lote_id AND lote.protocolo IS NOT NULL
JOIN tiss.contrato ON contrato.id = lote.contrato_id AND contrato.dias_para_pagar IS NOT NULL
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
CROSS JOIN LATERAL (
    SELECT
        -- Some demonstrativos tell no day of their own.
        coalesce(
            nullif(envio.demonstrativo_data, '0001-01-01'),
            (lote.data_envio AT TIME ZONE contrato.fuso)::date
        ) + contrato.dias_para_pagar AS devido_em,
        (now() AT TIME ZONE contrato.fuso)::date AS hoje
) AS prazo
WHERE envio.viva
  AND envio.resultado IS NOT NULL
  AND envio.valor_liberado > envio.valor_pago
  AND prazo.devido_em < prazo.hoje;
COMMENT ON VIEW tiss.conciliacao_atraso IS 'What was released and should have been paid by now, in reais';

-- When there was an answer ------------------------------------------------------------------------------

ALTER TABLE tiss.lote ADD COLUMN consultada_em timestamptz;
COMMENT ON COLUMN tiss.lote.consultada_em IS
    'When there was last an answer about its protocolo: a task that is tried again does not ask once more';

GRANT SELECT ON ALL TABLES IN SCHEMA tiss TO tiss_faturamento;
