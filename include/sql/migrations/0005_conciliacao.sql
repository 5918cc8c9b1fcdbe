-- The money comes home: a ledger of what was paid, and what was billed against it.
-- depends: 0004_envio

ALTER TABLE tiss.guia_tiss_envio
    ADD COLUMN valor_franquia numeric(12, 2) NOT NULL DEFAULT 0,
    ADD COLUMN valor_pago numeric(14, 2) NOT NULL DEFAULT 0;
COMMENT ON COLUMN tiss.guia_tiss_envio.valor_pago IS
    'Of what was released, in all postings; what appeals brought is not in it';
CREATE INDEX envio_a_receber ON tiss.guia_tiss_envio (lote_id)
    WHERE viva AND valor_liberado > valor_pago;
COMMENT ON COLUMN tiss.guia_tiss_envio.valor_franquia IS 'What the patient pays: neither released nor refused';
COMMENT ON COLUMN tiss.guia_tiss_envio.demonstrativo_data IS
    'Of the analysis that decided; null while there is none, or while only payments speak of the guia';

-- Postings ----------------------------------------------------------------------------------------

CREATE TABLE tiss.pagamento (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    contrato_id integer NOT NULL REFERENCES tiss.contrato,
    envio_id bigint REFERENCES tiss.guia_tiss_envio,
    protocolo text NOT NULL,
    numero_guia_prestador text NOT NULL,
    recurso boolean NOT NULL,
    data_pagamento date,
    valor_informado numeric(12, 2),
    valor_processado numeric(12, 2),
    valor_liberado numeric(12, 2),
    valor_glosa numeric(12, 2),
    valor_franquia numeric(12, 2),
    itens jsonb NOT NULL DEFAULT '[]',
    ocorrencia integer NOT NULL CHECK (ocorrencia > 0),
    demonstrativo_numero text NOT NULL,
    lido_em timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (
        contrato_id, protocolo, numero_guia_prestador, recurso, data_pagamento, valor_liberado,
        ocorrencia
    )
);
COMMENT ON TABLE tiss.pagamento IS
    'The ledger: one row per posting on a guia; postings add up, none is ever changed';
COMMENT ON COLUMN tiss.pagamento.envio_id IS 'Null: a guia or a protocolo that is not ours';
COMMENT ON COLUMN tiss.pagamento.recurso IS 'Paid after an appeal (tipoPagamento 2)';
COMMENT ON COLUMN tiss.pagamento.itens IS 'Of a dental guia: what the payment says of each item';
COMMENT ON COLUMN tiss.pagamento.ocorrencia IS
    'Tells equal postings of one demonstrativo apart; told again in another one, a posting is the same';
COMMENT ON COLUMN tiss.pagamento.demonstrativo_numero IS 'The first one that told it';
CREATE INDEX pagamento_envio ON tiss.pagamento (envio_id);

CREATE TABLE tiss.debito_credito (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    contrato_id integer NOT NULL REFERENCES tiss.contrato,
    data_pagamento date,
    demonstrativo_numero text,
    indicador text NOT NULL,
    tipo text NOT NULL,
    descricao text,
    valor numeric(14, 2),
    ocorrencia integer NOT NULL CHECK (ocorrencia > 0),
    UNIQUE NULLS NOT DISTINCT (
        contrato_id, data_pagamento, demonstrativo_numero, indicador, tipo, valor, ocorrencia
    )
);
COMMENT ON TABLE tiss.debito_credito IS 'Taxes, discounts and adjustments between what was released and what was deposited';
COMMENT ON COLUMN tiss.debito_credito.demonstrativo_numero IS
    'Only of what belongs to a whole demonstrativo, and so has no day';
COMMENT ON COLUMN tiss.debito_credito.indicador IS '1 debit, 2 credit';

-- Asking ------------------------------------------------------------------------------------------

ALTER TABLE tiss.contrato
    ADD COLUMN consulta_a_cada interval NOT NULL DEFAULT '1 hour'
        CHECK (consulta_a_cada BETWEEN '0 s' AND '7 days'),
    ADD COLUMN protocolos_por_consulta integer NOT NULL DEFAULT 30
        CHECK (protocolos_por_consulta BETWEEN 1 AND 30);
COMMENT ON COLUMN tiss.contrato.consulta_a_cada IS
    'A protocolo is asked about no more often than this; an old one less and less';
COMMENT ON COLUMN tiss.contrato.protocolos_por_consulta IS
    'How many protocolos one request for demonstrativos de análise names';

ALTER TABLE tiss.lote
    ADD COLUMN proxima_consulta timestamptz,
    ADD COLUMN encerrado boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN tiss.lote.proxima_consulta IS 'When its protocolo is asked about again; null: at once';
COMMENT ON COLUMN tiss.lote.encerrado IS
    'Nothing more is asked about its protocolo: closed by the operadora, or paid in full';
-- What had its verdicts before was not asked about any more.
UPDATE tiss.lote SET encerrado = true WHERE status = 'PROCESSADO';
CREATE INDEX lote_acompanhado ON tiss.lote (contrato_id, proxima_consulta)
    WHERE status IN ('ENVIADO', 'PROCESSADO') AND NOT encerrado;
CREATE INDEX lote_por_data_envio ON tiss.lote (contrato_id, data_envio) WHERE protocolo IS NOT NULL;

-- A question about payments is about no lote.
ALTER TABLE tiss.troca
    ALTER COLUMN lote_id DROP NOT NULL,
    ADD COLUMN protocolos text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN tiss.troca.lote_id IS 'Null: a question about several protocolos, or about payments';
COMMENT ON COLUMN tiss.troca.protocolos IS 'Those that a question without a lote names';
CREATE INDEX troca_protocolos ON tiss.troca USING gin (protocolos) WHERE protocolos <> '{}';

-- Whether it is time to look for a lote in doubt in what was paid: once a day, and nothing is paid at once.
CREATE FUNCTION tiss.procura_pagamento(qual bigint, criado_em timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT criado_em < now() - interval '1 day' AND NOT EXISTS (
        SELECT
        FROM tiss.troca
        WHERE troca.lote_id = qual
          AND troca.operacao = 'SOLIC_DEMONSTRATIVO_RETORNO'
          AND troca.inicio > now() - interval '20 hours'
    )
$$;

CREATE TABLE tiss.consulta_pagamento (
    contrato_id integer NOT NULL REFERENCES tiss.contrato,
    tipo_demonstrativo text NOT NULL CHECK (tipo_demonstrativo IN ('1', '3')),
    competencia text NOT NULL CHECK (competencia ~ '^[0-9]{6}$'),
    consultada_em timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (contrato_id, tipo_demonstrativo, competencia)
);
COMMENT ON TABLE tiss.consulta_pagamento IS 'When the payments of a month were last asked for';

-- What does not fit -------------------------------------------------------------------------------

ALTER TABLE tiss.divergencia
    ADD COLUMN contrato_id integer REFERENCES tiss.contrato,
    ADD COLUMN chave text NOT NULL DEFAULT '';
COMMENT ON COLUMN tiss.divergencia.contrato_id IS 'Of what concerns no lote: a total of a payment';
COMMENT ON COLUMN tiss.divergencia.chave IS 'Tells apart what has one reason: an item, a number, a demonstrativo';
DROP INDEX tiss.divergencia_aberta;
CREATE UNIQUE INDEX divergencia_aberta ON tiss.divergencia (motivo, lote_id, guia_id, contrato_id, chave)
    NULLS NOT DISTINCT WHERE fechada_em IS NULL;
CREATE INDEX divergencia_da_guia ON tiss.divergencia (guia_id) WHERE fechada_em IS NULL;
-- Payments add up now: what was left to a person is in the ledger from the next answer on.
UPDATE tiss.divergencia
SET fechada_em = now(), fechada_por = 'os pagamentos agora se somam'
WHERE motivo = 'PAGAMENTO_EM_PARTES' AND fechada_em IS NULL;

-- Reconciliation ----------------------------------------------------------------------------------

-- Of each guia that an operadora took: informado = liberado + glosado + franquia + em_aberto + diferenca, and
-- liberado + recuperado = pago + a_pagar + a_receber. What is not zero in diferenca has a divergence.
CREATE VIEW tiss.conciliacao_guia AS
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
    coalesce(valores.liberado, 0.00) + coalesce(pagamento.de_recurso, 0.00)
        - coalesce(pagamento.pago, 0.00) - coalesce(pagamento.a_pagar, 0.00) AS a_receber,
    coalesce(pagamento.de_recurso, 0.00) AS pago_por_recurso,
    pagamento.ultimo_pagamento
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
LEFT JOIN (
    SELECT
        envio_id,
        coalesce(sum(valor_liberado) FILTER (
            WHERE data_pagamento <= current_date OR data_pagamento IS NULL
        ), 0.00) AS pago,
        coalesce(sum(valor_liberado) FILTER (WHERE data_pagamento > current_date), 0.00) AS a_pagar,
        coalesce(sum(valor_liberado) FILTER (WHERE recurso), 0.00) AS de_recurso,
        max(data_pagamento) FILTER (WHERE valor_liberado > 0) AS ultimo_pagamento
    FROM tiss.pagamento
    GROUP BY envio_id
) AS pagamento ON pagamento.envio_id = envio.id
WHERE guia.viva AND guia.status <> 'CANCELADA' AND lote.protocolo IS NOT NULL;
COMMENT ON VIEW tiss.conciliacao_guia IS 'Every guia that an operadora took, in reais';

CREATE VIEW tiss.conciliacao_lote AS
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
    sum(pago_por_recurso) AS pago_por_recurso
FROM tiss.conciliacao_guia
GROUP BY lote_id, numero_lote, protocolo, contrato_id, ambiente, competencia;

CREATE VIEW tiss.conciliacao_contrato AS
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
    sum(conciliacao.pago_por_recurso) AS pago_por_recurso
FROM tiss.conciliacao_lote AS conciliacao
JOIN tiss.contrato ON contrato.id = conciliacao.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
GROUP BY conciliacao.contrato_id, operadora.nome, prestador.nome, contrato.ambiente, conciliacao.competencia;
COMMENT ON VIEW tiss.conciliacao_contrato IS 'By contrato and month of sending, in reais';

-- How long protocolos have waited for a verdict.
CREATE VIEW tiss.conciliacao_espera AS
SELECT
    contrato_id,
    lote_id,
    numero_lote,
    protocolo,
    dias,
    CASE
        WHEN dias <= 30 THEN 'até 30 dias'
        WHEN dias <= 60 THEN '31 a 60 dias'
        WHEN dias <= 90 THEN '61 a 90 dias'
        ELSE 'mais de 90 dias'
    END AS faixa,
    guias_em_aberto,
    em_aberto
FROM (
    SELECT
        conciliacao.*,
        (now() AT TIME ZONE contrato.fuso)::date
            - (lote.data_envio AT TIME ZONE contrato.fuso)::date AS dias
    FROM tiss.conciliacao_lote AS conciliacao
    JOIN tiss.lote ON lote.id = conciliacao.lote_id
    JOIN tiss.contrato ON contrato.id = conciliacao.contrato_id
    WHERE conciliacao.guias_em_aberto > 0
) AS aberto;

-- Glosas by code, operadora and procedure, with the value that each code cost.
CREATE VIEW tiss.conciliacao_glosa AS
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
GROUP BY
    guia.contrato_id, operadora.nome, guia.ambiente, glosa.codigo, glosa.nivel, item.codigo_tabela,
    item.codigo_procedimento;

-- What each payment was made of: what reaches the account is bruto - debitos + creditos.
CREATE VIEW tiss.conciliacao_pagamento AS
SELECT
    contrato_id,
    data_pagamento,
    coalesce(sum(bruto), 0.00) AS bruto,
    coalesce(sum(nao_reconhecido), 0.00) AS nao_reconhecido,
    coalesce(sum(debitos), 0.00) AS debitos,
    coalesce(sum(creditos), 0.00) AS creditos,
    coalesce(sum(bruto), 0.00) - coalesce(sum(debitos), 0.00) + coalesce(sum(creditos), 0.00) AS liquido
FROM (
    SELECT
        contrato_id,
        data_pagamento,
        valor_liberado AS bruto,
        CASE WHEN envio_id IS NULL THEN valor_liberado END AS nao_reconhecido,
        NULL::numeric AS debitos,
        NULL::numeric AS creditos
    FROM tiss.pagamento
    UNION ALL
    SELECT
        contrato_id,
        data_pagamento,
        NULL,
        NULL,
        CASE WHEN indicador = '1' THEN valor END,
        CASE WHEN indicador = '2' THEN valor END
    FROM tiss.debito_credito
) AS lancamento
GROUP BY contrato_id, data_pagamento;
COMMENT ON VIEW tiss.conciliacao_pagamento IS 'By day of payment; a null day: what belongs to whole demonstrativos';

GRANT SELECT ON ALL TABLES IN SCHEMA tiss TO tiss_faturamento;
GRANT INSERT ON tiss.pagamento, tiss.debito_credito TO tiss_faturamento;
GRANT INSERT, UPDATE ON tiss.consulta_pagamento TO tiss_faturamento;
