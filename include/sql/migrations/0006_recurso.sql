-- Recursos de glosa: prepared, approved by a person, sent as a lote is, decided.
-- depends: 0005_conciliacao

ALTER TABLE tiss.contrato
    ADD COLUMN dias_para_recorrer integer CHECK (dias_para_recorrer BETWEEN 1 AND 3650);
COMMENT ON COLUMN tiss.contrato.dias_para_recorrer IS
    'How many days after the analysis a glosa may be contested; null: nobody said';

-- What is sent once and no more: a lote de guias, or the guia of a recurso.
ALTER TABLE tiss.lote
    DROP CONSTRAINT lote_tipo_guia_check,
    ADD CONSTRAINT lote_tipo_guia_check CHECK (
        tipo_guia IN (
            'CONSULTA', 'SP_SADT', 'HONORARIOS', 'RESUMO_INTERNACAO', 'ODONTO', 'RECURSO_GLOSA'
        )
    );
COMMENT ON COLUMN tiss.lote.tipo_guia IS
    'RECURSO_GLOSA: the guia of a recurso, whose protocolo is another than that of the lote it contests';

ALTER TABLE tiss.guia_tiss_envio
    ADD COLUMN valor_recuperado numeric(14, 2),
    ADD COLUMN valor_pago_recurso numeric(14, 2) NOT NULL DEFAULT 0;
COMMENT ON COLUMN tiss.guia_tiss_envio.valor_recuperado IS
    'Of what was refused, what the operadora granted to recursos; null while it decided none';
COMMENT ON COLUMN tiss.guia_tiss_envio.valor_pago_recurso IS 'What recursos brought, in all postings';
UPDATE tiss.guia_tiss_envio AS envio
SET valor_pago_recurso = soma.pago
FROM (
    SELECT envio_id, sum(valor_liberado) AS pago
    FROM tiss.pagamento
    WHERE recurso AND valor_liberado IS NOT NULL
    GROUP BY envio_id
) AS soma
WHERE envio.id = soma.envio_id;
DROP INDEX tiss.envio_a_receber;
CREATE INDEX envio_a_receber ON tiss.guia_tiss_envio (lote_id)
    WHERE viva AND (valor_liberado > valor_pago OR valor_recuperado > valor_pago_recurso);

CREATE OR REPLACE FUNCTION tiss.quarentena_ate(qual bigint) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT max(coalesce(
        -- Of an exchange whose end nobody saw: when it may have left at the latest, which has passed
        -- where nothing is waited for besides.
        troca.fim,
        lote.prazo,
        troca.inicio + CASE
            WHEN contrato.quarentena > '0 s' THEN make_interval(secs => contrato.segundos_total)
            ELSE '0 s'
        END
    )) + contrato.quarentena
    FROM tiss.lote
    JOIN tiss.contrato ON contrato.id = lote.contrato_id
    LEFT JOIN tiss.troca
        ON troca.lote_id = lote.id
        AND troca.operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA', 'CANCELA_GUIA')
    WHERE lote.id = qual
    GROUP BY contrato.quarentena
$$;

-- Recursos ----------------------------------------------------------------------------------------

CREATE TABLE tiss.recurso (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    contrato_id integer NOT NULL REFERENCES tiss.contrato,
    lote_recorrido_id bigint NOT NULL REFERENCES tiss.lote,
    objeto text NOT NULL CHECK (objeto IN ('PROTOCOLO', 'GUIA')),
    status text NOT NULL DEFAULT 'RASCUNHO',
    criado_em timestamptz NOT NULL DEFAULT now(),
    criado_por text NOT NULL,
    decidido_em timestamptz,
    decidido_por text,
    lote_id bigint UNIQUE REFERENCES tiss.lote,
    respondido_em timestamptz,
    CHECK ((decidido_em IS NULL) = (decidido_por IS NULL)),
    CHECK (status NOT IN ('APROVADO', 'RESPONDIDO') OR lote_id IS NOT NULL)
);
COMMENT ON TABLE tiss.recurso IS 'An appeal against glosas of one lote';
COMMENT ON COLUMN tiss.recurso.decidido_por IS 'Who decided last: approved it, discarded it, made it a draft again';
COMMENT ON COLUMN tiss.recurso.lote_id IS 'What is sent of it, and what became of that; the newest one';
CREATE INDEX recurso_do_lote ON tiss.recurso (lote_recorrido_id);
CREATE INDEX recurso_aberto ON tiss.recurso (contrato_id, id) WHERE status = 'RASCUNHO';

-- Each time that it is approved it is another one to the operadora.
CREATE TABLE tiss.recurso_envio (
    lote_id bigint PRIMARY KEY REFERENCES tiss.lote,
    recurso_id bigint NOT NULL REFERENCES tiss.recurso,
    numero_guia text NOT NULL
);
COMMENT ON COLUMN tiss.recurso_envio.numero_guia IS 'numeroGuiaRecGlosaPrestador, from the sequence of guias';
CREATE INDEX recurso_envio_do_recurso ON tiss.recurso_envio (recurso_id);

CREATE TABLE tiss.recurso_item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recurso_id bigint NOT NULL REFERENCES tiss.recurso,
    envio_id bigint NOT NULL REFERENCES tiss.guia_tiss_envio,
    nivel text NOT NULL CHECK (nivel IN ('PROTOCOLO', 'GUIA', 'ITEM')),
    sequencial_item integer,
    codigo text NOT NULL,
    valor_recursado numeric(12, 2) NOT NULL CHECK (valor_recursado > 0),
    justificativa text NOT NULL DEFAULT '',
    valor_acatado numeric(12, 2),
    resposta text,
    -- A glosa is contested once: two recursos about it would be one too many.
    UNIQUE NULLS NOT DISTINCT (envio_id, nivel, sequencial_item, codigo),
    CHECK ((nivel = 'ITEM') = (sequencial_item IS NOT NULL))
);
COMMENT ON TABLE tiss.recurso_item IS 'A glosa that is contested, with the value that is asked back';
COMMENT ON COLUMN tiss.recurso_item.justificativa IS 'As it goes to the operadora: at most 500 characters';
COMMENT ON COLUMN tiss.recurso_item.valor_acatado IS 'What the operadora granted; null until it decided';
COMMENT ON COLUMN tiss.recurso_item.resposta IS 'The operadora''s own words, never logged';
CREATE INDEX recurso_item_do_recurso ON tiss.recurso_item (recurso_id);

-- What an analysis refuses is contested from the day on which that was first told, however often it is told again.
CREATE TABLE tiss.glosado_desde (
    envio_id bigint NOT NULL REFERENCES tiss.guia_tiss_envio,
    valor_glosado numeric(12, 2) NOT NULL,
    desde date NOT NULL,
    PRIMARY KEY (envio_id, valor_glosado)
);
CREATE INDEX glosado_por_dia ON tiss.glosado_desde (desde);
INSERT INTO tiss.glosado_desde (envio_id, valor_glosado, desde)
SELECT id, valor_glosado, demonstrativo_data
FROM tiss.guia_tiss_envio
WHERE valor_glosado > 0 AND demonstrativo_data IS NOT NULL;

-- Contratos whose recursos may have been sent after the backup was made.
CREATE TABLE tiss.recurso_retido (
    contrato_id integer PRIMARY KEY REFERENCES tiss.contrato,
    desde timestamptz NOT NULL DEFAULT now(),
    por text NOT NULL
);

CREATE TABLE tiss.justificativa (
    codigo text NOT NULL CHECK (codigo ~ '^[0-9A-Za-z]{1,10}$'),
    contrato_id integer REFERENCES tiss.contrato,
    texto text NOT NULL CHECK (length(texto) BETWEEN 1 AND 2000),
    alterada_em timestamptz NOT NULL DEFAULT now(),
    alterada_por text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (codigo, contrato_id)
);
COMMENT ON TABLE tiss.justificativa IS 'What the clinic says against a glosa: a template by code';
COMMENT ON COLUMN tiss.justificativa.contrato_id IS 'Null: for every contrato that has none of its own';

INSERT INTO tiss.transicao (objeto, de, para) VALUES
    ('recurso', NULL, 'RASCUNHO'),
    ('recurso', 'RASCUNHO', 'APROVADO'), ('recurso', 'RASCUNHO', 'DESCARTADO'),
    ('recurso', 'DESCARTADO', 'RASCUNHO'),
    ('recurso', 'APROVADO', 'RASCUNHO'), ('recurso', 'APROVADO', 'RESPONDIDO');
CREATE TRIGGER recurso_nasce AFTER INSERT ON tiss.recurso
    FOR EACH ROW EXECUTE FUNCTION tiss.mudanca_de_estado();
CREATE TRIGGER recurso_muda AFTER UPDATE OF status ON tiss.recurso
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION tiss.mudanca_de_estado();

-- Reconciliation ----------------------------------------------------------------------------------

-- Of each guia that an operadora took: informado = liberado + glosado + franquia + em_aberto + diferenca, and
-- liberado + recuperado = pago + a_pagar + a_receber. What is not zero in diferenca has a divergence.
CREATE OR REPLACE VIEW tiss.conciliacao_guia AS
SELECT
    guia.id AS guia_id,
    guia.consulta_id,
    guia.clinica_id,
    guia.registro_ans,
    guia.ambiente,
    guia.contrato_id,
    lote.id AS lote_id,
    lote.numero_lote,
    lote.protocolo,
    date_trunc('month', lote.data_envio AT TIME ZONE contrato.fuso)::date AS competencia,
    guia.numero_guia_prestador,
    guia.tipo,
    guia.data_atendimento,
    guia.status,
    envio.situacao_guia AS situacao,
    guia.valor_informado AS informado,
    envio.valor_processado AS processado,
    coalesce(valores.liberado, 0.00) AS liberado,
    coalesce(valores.glosado, 0.00) AS glosado,
    coalesce(valores.franquia, 0.00) AS franquia,
    coalesce(valores.em_aberto, guia.valor_informado) AS em_aberto,
    guia.valor_informado - coalesce(
        valores.liberado + valores.glosado + valores.franquia, guia.valor_informado
    ) AS diferenca,
    coalesce(pagamento.pago, 0.00) AS pago,
    coalesce(pagamento.a_pagar, 0.00) AS a_pagar,
    coalesce(valores.liberado, 0.00) + coalesce(envio.valor_recuperado, envio.valor_pago_recurso)
        - coalesce(pagamento.pago, 0.00) - coalesce(pagamento.a_pagar, 0.00) AS a_receber,
    coalesce(pagamento.de_recurso, 0.00) AS pago_por_recurso,
    pagamento.ultimo_pagamento,
    coalesce(contestado.em_recurso, 0.00) AS em_recurso,
    coalesce(envio.valor_recuperado, envio.valor_pago_recurso) AS recuperado
FROM tiss.guia
JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = guia.id AND envio.viva
JOIN tiss.lote ON lote.id = envio.lote_id
JOIN tiss.contrato ON contrato.id = lote.contrato_id
LEFT JOIN LATERAL (
    SELECT
        envio.valor_liberado AS liberado,
        envio.valor_glosado AS glosado,
        envio.valor_franquia AS franquia,
        0.00 AS em_aberto
    WHERE envio.resultado IS NOT NULL
) AS valores ON true
LEFT JOIN LATERAL (
    SELECT
        coalesce(sum(valor_liberado) FILTER (
            WHERE data_pagamento <= current_date OR data_pagamento IS NULL
        ), 0.00) AS pago,
        coalesce(sum(valor_liberado) FILTER (WHERE data_pagamento > current_date), 0.00) AS a_pagar,
        coalesce(sum(valor_liberado) FILTER (WHERE recurso), 0.00) AS de_recurso,
        max(data_pagamento) FILTER (WHERE valor_liberado > 0) AS ultimo_pagamento
    FROM tiss.pagamento
    WHERE envio_id = envio.id
) AS pagamento ON true
LEFT JOIN LATERAL (
    SELECT sum(item.valor_recursado) AS em_recurso
    FROM tiss.recurso_item AS item
    JOIN tiss.recurso ON recurso.id = item.recurso_id
    JOIN tiss.lote AS enviado ON enviado.id = recurso.lote_id
    WHERE item.envio_id = envio.id
      AND recurso.status = 'APROVADO'
      AND item.valor_acatado IS NULL
      AND enviado.status IN ('ENVIADO', 'EM_DUVIDA', 'CANCELANDO')
) AS contestado ON true
WHERE guia.viva AND guia.status <> 'CANCELADA' AND lote.protocolo IS NOT NULL;

CREATE OR REPLACE VIEW tiss.conciliacao_lote AS
SELECT
    lote_id,
    numero_lote,
    protocolo,
    contrato_id,
    ambiente,
    competencia,
    count(*) AS guias,
    count(*) FILTER (WHERE em_aberto > 0) AS guias_em_aberto,
    sum(informado) AS informado,
    sum(processado) AS processado,
    sum(liberado) AS liberado,
    sum(glosado) AS glosado,
    sum(franquia) AS franquia,
    sum(em_aberto) AS em_aberto,
    sum(diferenca) AS diferenca,
    sum(pago) AS pago,
    sum(a_pagar) AS a_pagar,
    sum(a_receber) AS a_receber,
    sum(pago_por_recurso) AS pago_por_recurso,
    sum(em_recurso) AS em_recurso,
    sum(recuperado) AS recuperado
FROM tiss.conciliacao_guia
GROUP BY lote_id, numero_lote, protocolo, contrato_id, ambiente, competencia;

CREATE OR REPLACE VIEW tiss.conciliacao_contrato AS
SELECT
    conciliacao.contrato_id,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    contrato.ambiente,
    conciliacao.competencia,
    sum(conciliacao.guias) AS guias,
    sum(conciliacao.guias_em_aberto) AS guias_em_aberto,
    sum(conciliacao.informado) AS informado,
    sum(conciliacao.processado) AS processado,
    sum(conciliacao.liberado) AS liberado,
    sum(conciliacao.glosado) AS glosado,
    sum(conciliacao.franquia) AS franquia,
    sum(conciliacao.em_aberto) AS em_aberto,
    sum(conciliacao.diferenca) AS diferenca,
    sum(conciliacao.pago) AS pago,
    sum(conciliacao.a_pagar) AS a_pagar,
    sum(conciliacao.a_receber) AS a_receber,
    sum(conciliacao.pago_por_recurso) AS pago_por_recurso,
    sum(conciliacao.em_recurso) AS em_recurso,
    sum(conciliacao.recuperado) AS recuperado
FROM tiss.conciliacao_lote AS conciliacao
JOIN tiss.contrato ON contrato.id = conciliacao.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
GROUP BY conciliacao.contrato_id, operadora.nome, prestador.nome, contrato.ambiente, conciliacao.competencia;

-- Every refused value, until when it may be contested, and what was done about it.
CREATE VIEW tiss.conciliacao_recurso AS
SELECT
    guia.contrato_id,
    operadora.nome AS operadora,
    guia.ambiente,
    lote.id AS lote_id,
    lote.numero_lote,
    lote.protocolo,
    guia.id AS guia_id,
    envio.id AS envio_id,
    guia.numero_guia_prestador,
    contestavel.nivel,
    contestavel.sequencial_item,
    produto.codigo_tabela,
    produto.codigo_procedimento,
    contestavel.codigo,
    tiss.descricao_glosa(contestavel.codigo) AS descricao,
    contestavel.valor,
    analise.dia AS analisada_em,
    analise.dia + contrato.dias_para_recorrer AS prazo,
    analise.dia + contrato.dias_para_recorrer - (now() AT TIME ZONE contrato.fuso)::date AS dias,
    CASE
        WHEN recurso.id IS NULL THEN 'A_RECORRER'
        WHEN recurso.status <> 'APROVADO' THEN recurso.status
        WHEN enviado.status IN ('PENDENTE', 'ENVIANDO') THEN 'A_ENVIAR'
        WHEN enviado.status IN ('EM_DUVIDA', 'CANCELANDO') THEN 'EM_DUVIDA'
        WHEN enviado.status IN ('ERRO', 'CANCELADO') THEN 'A_REFAZER'
        ELSE 'ENVIADO'
    END AS situacao,
    recurso.id AS recurso_id,
    contestavel.valor_recursado,
    contestavel.valor_acatado
FROM (
    SELECT todo.id, todo.guia_id, todo.lote_id, todo.demonstrativo_data, todo.valor_glosado
    FROM tiss.guia_tiss_envio AS todo
    WHERE todo.viva
      AND todo.id IN (
          SELECT glosa.envio_id FROM tiss.glosa
          UNION ALL
          SELECT item.envio_id FROM tiss.recurso_item AS item
      )
) AS envio
-- Guia by guia, so that whoever asks about one, or about a lote, reads no other.
CROSS JOIN LATERAL (
    SELECT
        coalesce(recusado.nivel, item.nivel) AS nivel,
        coalesce(recusado.sequencial_item, item.sequencial_item) AS sequencial_item,
        coalesce(recusado.codigo, item.codigo) AS codigo,
        recusado.valor,
        item.recurso_id,
        item.valor_recursado,
        item.valor_acatado
    FROM (
        -- A code that is told twice of one item is one reason. Without a share of each nobody knows the value.
        SELECT
            glosa.nivel,
            glosa.sequencial_item,
            glosa.codigo,
            CASE WHEN count(*) = count(glosa.valor_rateado) THEN sum(glosa.valor_rateado) END AS valor
        FROM tiss.glosa
        WHERE glosa.envio_id = envio.id AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
        GROUP BY glosa.nivel, glosa.sequencial_item, glosa.codigo
        -- A motive without a share of its own repeats another one.
        HAVING sum(glosa.valor_rateado) > 0 OR count(*) FILTER (WHERE glosa.valor_rateado IS NULL) > 0
    ) AS recusado
    FULL JOIN (
        SELECT
            contestada.nivel,
            contestada.sequencial_item,
            contestada.codigo,
            contestada.recurso_id,
            contestada.valor_recursado,
            contestada.valor_acatado
        FROM tiss.recurso_item AS contestada
        WHERE contestada.envio_id = envio.id
    ) AS item
        ON item.nivel = recusado.nivel
        AND coalesce(item.sequencial_item, 0) = coalesce(recusado.sequencial_item, 0)
        AND item.codigo = recusado.codigo
) AS contestavel
JOIN tiss.guia ON guia.id = envio.guia_id AND guia.viva AND guia.status <> 'CANCELADA'
JOIN tiss.lote ON lote.id = envio.lote_id AND lote.protocolo IS NOT NULL
JOIN tiss.contrato ON contrato.id = guia.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
CROSS JOIN LATERAL (
    -- Of what only payments speak of, the day of the first one.
    SELECT coalesce(
        (
            SELECT glosado_desde.desde
            FROM tiss.glosado_desde
            WHERE glosado_desde.envio_id = envio.id
              AND glosado_desde.valor_glosado = envio.valor_glosado
        ),
        envio.demonstrativo_data,
        (
            SELECT min(pagamento.data_pagamento)
            FROM tiss.pagamento
            WHERE pagamento.envio_id = envio.id AND NOT pagamento.recurso
        )
    ) AS dia
) AS analise
LEFT JOIN tiss.guia_item AS produto
    ON produto.guia_id = guia.id AND produto.sequencial_item = contestavel.sequencial_item
LEFT JOIN tiss.recurso ON recurso.id = contestavel.recurso_id
LEFT JOIN tiss.lote AS enviado ON enviado.id = recurso.lote_id;
COMMENT ON VIEW tiss.conciliacao_recurso IS 'What was refused, until when it may be contested and what was done, in reais';

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
    WHERE glosa.envio_id = vivo.id
) AS glosas ON true
WHERE guia.viva;

GRANT SELECT ON ALL TABLES IN SCHEMA tiss TO tiss_faturamento;
GRANT INSERT, UPDATE ON tiss.recurso, tiss.glosado_desde TO tiss_faturamento;
GRANT INSERT ON tiss.recurso_envio TO tiss_faturamento;
GRANT INSERT, DELETE ON tiss.recurso_retido TO tiss_faturamento;
GRANT INSERT, UPDATE, DELETE ON tiss.recurso_item TO tiss_faturamento;
GRANT INSERT, UPDATE, DELETE ON tiss.justificativa TO tiss_faturamento;
