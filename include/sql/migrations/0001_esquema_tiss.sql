-- Schema tiss: what the project knows. The clinic's own tables are the clinic's: this file and the
-- later ones never touch them, nor tiss.consulta_preparada and tiss.gravar_resultado, which belong
-- to whoever adapts the project to a clinic (include/sql/clinica has them for the reference clinic).

CREATE SCHEMA IF NOT EXISTS tiss;

-- Registration ------------------------------------------------------------------------------------

CREATE TABLE tiss.prestador (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    clinica_id text NOT NULL UNIQUE,
    nome text NOT NULL CHECK (nome <> ''),
    cnpj text CHECK (cnpj ~ '^[A-Z0-9]{12}[0-9]{2}$'),
    cpf text CHECK (cpf ~ '^[0-9]{11}$'),
    cnes text NOT NULL DEFAULT '9999999' CHECK (cnes ~ '^[0-9]{7}$'),
    CHECK (num_nonnulls(cnpj, cpf) = 1)
);
COMMENT ON TABLE tiss.prestador IS 'A clinic or branch that bills';
COMMENT ON COLUMN tiss.prestador.cnes IS '9999999 when the establishment has none';

CREATE TABLE tiss.operadora (
    registro_ans text PRIMARY KEY CHECK (registro_ans ~ '^[0-9]{6}$'),
    nome text NOT NULL CHECK (nome <> ''),
    ativa boolean NOT NULL DEFAULT true
);
COMMENT ON COLUMN tiss.operadora.ativa IS 'A person''s switch: false stops sends, not polling';

CREATE TABLE tiss.credencial (
    conexao text PRIMARY KEY CHECK (conexao <> ''),
    impressao text,
    ultimo_sucesso timestamptz,
    suspensa_desde timestamptz,
    motivo_suspensao text,
    CHECK ((suspensa_desde IS NULL) = (motivo_suspensao IS NULL))
);
COMMENT ON TABLE tiss.credencial IS 'One per Airflow connection; the secret itself is never here';
COMMENT ON COLUMN tiss.credencial.impressao IS 'Keyed digest of the secret: a change is seen, the secret is not';

-- Patient data travels in clear only inside one machine.
CREATE FUNCTION tiss.endereco_seguro(url text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT url ~ '^https://[^/@[:space:]]+(/|$)'
        OR url ~ '^http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?(/|$)'
$$;

CREATE TABLE tiss.contrato (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    prestador_id integer NOT NULL REFERENCES tiss.prestador,
    registro_ans text NOT NULL REFERENCES tiss.operadora,
    ambiente text NOT NULL CHECK (ambiente IN ('HOMOLOGACAO', 'PRODUCAO')),
    versao_tiss text NOT NULL DEFAULT '4.03.00',
    codigo_prestador text CHECK (length(codigo_prestador) BETWEEN 1 AND 14),
    -- Without these three nothing is billed: the first night must neither bill the clinic's
    -- history again nor collide with the numbers of its old system.
    faturar_a_partir_de date NOT NULL,
    proximo_numero_lote bigint NOT NULL CHECK (proximo_numero_lote BETWEEN 1 AND 999999999999),
    proximo_numero_guia bigint NOT NULL CHECK (proximo_numero_guia > 0),
    url_base text NOT NULL CHECK (tiss.endereco_seguro(url_base)),
    endpoint_envio text NOT NULL
        CHECK (endpoint_envio !~ '://' OR tiss.endereco_seguro(endpoint_envio)),
    endpoint_status text
        CHECK (endpoint_status !~ '://' OR tiss.endereco_seguro(endpoint_status)),
    endpoint_demonstrativo text NOT NULL
        CHECK (endpoint_demonstrativo !~ '://' OR tiss.endereco_seguro(endpoint_demonstrativo)),
    tipo_autenticacao text NOT NULL CHECK (tipo_autenticacao IN ('NENHUMA', 'BASIC_AUTH')),
    envia_login_senha boolean NOT NULL DEFAULT false,
    credencial text REFERENCES tiss.credencial,
    max_guias integer NOT NULL DEFAULT 100 CHECK (max_guias BETWEEN 1 AND 100),
    max_envios_simultaneos integer NOT NULL DEFAULT 2 CHECK (max_envios_simultaneos BETWEEN 1 AND 32),
    intervalo_envios interval NOT NULL DEFAULT '0 s' CHECK (intervalo_envios BETWEEN '0 s' AND '60 s'),
    segundos_conexao integer NOT NULL DEFAULT 10 CHECK (segundos_conexao BETWEEN 1 AND 60),
    segundos_resposta integer NOT NULL DEFAULT 60 CHECK (segundos_resposta BETWEEN 1 AND 600),
    quarentena interval NOT NULL DEFAULT '2 hours' CHECK (quarentena >= '0 s'),
    fuso text NOT NULL DEFAULT 'America/Sao_Paulo',
    modelo_nome_arquivo text NOT NULL DEFAULT '${registro_ans}_${numero_lote_12}.xml'
        CHECK (modelo_nome_arquivo ~ '^[A-Za-z0-9_.${}-]+$'),
    versao integer NOT NULL DEFAULT 1,
    ultimo_envio timestamptz,
    operacoes_suspensas jsonb NOT NULL DEFAULT '{}',
    UNIQUE (prestador_id, registro_ans, ambiente),
    CHECK ((credencial IS NULL) = (tipo_autenticacao = 'NENHUMA' AND NOT envia_login_senha))
);
COMMENT ON TABLE tiss.contrato IS 'A prestador, an operadora and an environment: the unit of configuration';
COMMENT ON COLUMN tiss.contrato.codigo_prestador IS 'Our code at the operadora; null: we are named by CNPJ or CPF';
COMMENT ON COLUMN tiss.contrato.url_base IS 'https, or http on this very machine; never the address of a WSDL';
COMMENT ON COLUMN tiss.contrato.endpoint_status IS 'Null when the operadora does not offer the service';
COMMENT ON COLUMN tiss.contrato.quarentena IS 'How long a lote in doubt waits before a person may send it again';
COMMENT ON COLUMN tiss.contrato.versao IS 'Grows with every change of configuration; kept by a trigger';
COMMENT ON COLUMN tiss.contrato.operacoes_suspensas IS 'Operation -> reason; cleared when the configuration changes';

CREATE FUNCTION tiss.contrato_mudou() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Counters and marks of the sending are not configuration.
    andamento text[] := ARRAY['proximo_numero_lote', 'proximo_numero_guia', 'ultimo_envio',
                              'operacoes_suspensas', 'versao'];
BEGIN
    IF to_jsonb(NEW) - andamento IS DISTINCT FROM to_jsonb(OLD) - andamento THEN
        NEW.versao := OLD.versao + 1;
        NEW.operacoes_suspensas := '{}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contrato_mudou BEFORE UPDATE ON tiss.contrato
    FOR EACH ROW EXECUTE FUNCTION tiss.contrato_mudou();

-- What a guia says of the prestador is configuration of all its contratos.
CREATE FUNCTION tiss.prestador_mudou() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tiss.contrato
    SET versao = contrato.versao + 1, operacoes_suspensas = '{}'
    WHERE contrato.prestador_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER prestador_mudou AFTER UPDATE ON tiss.prestador
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION tiss.prestador_mudou();

-- Guias and lotes ---------------------------------------------------------------------------------

CREATE TABLE tiss.guia (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consulta_id text NOT NULL,
    clinica_id text NOT NULL,
    registro_ans text NOT NULL,
    ambiente text NOT NULL CHECK (ambiente IN ('HOMOLOGACAO', 'PRODUCAO')),
    tipo text NOT NULL,
    data_atendimento date,
    contrato_id integer REFERENCES tiss.contrato,
    numero_guia_prestador text CHECK (length(numero_guia_prestador) BETWEEN 1 AND 20),
    numero_guia_operadora text,
    senha text,
    status text NOT NULL,
    viva boolean NOT NULL DEFAULT true,
    problemas jsonb NOT NULL DEFAULT '[]',
    valor_informado numeric(12, 2),
    valor_processado numeric(12, 2),
    valor_liberado numeric(12, 2),
    valor_glosado numeric(12, 2),
    glosa_parcial boolean NOT NULL DEFAULT false,
    digest text NOT NULL,
    versao_contrato integer,
    versao_regras integer NOT NULL,
    xml bytea,
    criada_em timestamptz NOT NULL DEFAULT now(),
    resultado_gravado boolean NOT NULL DEFAULT true,
    CHECK (contrato_id IS NOT NULL OR status IN ('INVALIDA', 'CANCELADA')),
    CHECK (tipo IN ('CONSULTA', 'SP_SADT') OR status IN ('INVALIDA', 'CANCELADA')),
    CHECK (status IN ('INVALIDA', 'CANCELADA')
           OR (numero_guia_prestador IS NOT NULL AND valor_informado IS NOT NULL AND xml IS NOT NULL))
);
COMMENT ON COLUMN tiss.guia.registro_ans IS 'As the clinic wrote it: may name an operadora without contrato';
COMMENT ON COLUMN tiss.guia.tipo IS 'As the clinic wrote it while INVALIDA';
COMMENT ON COLUMN tiss.guia.digest IS 'Digest of the view row that it was built from';
COMMENT ON COLUMN tiss.guia.xml IS 'The guia element, ISO-8859-1, as it enters a lote';
COMMENT ON COLUMN tiss.guia.resultado_gravado IS 'False while a verdict waits to be written to the clinic';

-- The view has one row per attendance: one live guia per attendance, whatever its kind, is what
-- keeps an attendance whose kind changes from being billed twice.
CREATE UNIQUE INDEX guia_uma_viva_por_consulta ON tiss.guia (consulta_id, ambiente) WHERE viva;
-- The number of a guia is never used for another attendance, not even by one that replaces it.
CREATE UNIQUE INDEX guia_numero ON tiss.guia (contrato_id, numero_guia_prestador);
CREATE INDEX guia_aberta ON tiss.guia (contrato_id, id) WHERE viva AND status IN ('INVALIDA', 'GERADA');
CREATE INDEX guia_a_gravar ON tiss.guia (id) WHERE NOT resultado_gravado;

CREATE TABLE tiss.guia_item (
    guia_id bigint NOT NULL REFERENCES tiss.guia ON DELETE CASCADE,
    sequencial_item integer NOT NULL CHECK (sequencial_item BETWEEN 1 AND 9999),
    codigo_tabela text NOT NULL,
    codigo_procedimento text NOT NULL,
    descricao text NOT NULL,
    data_execucao date NOT NULL,
    quantidade numeric(9, 4) NOT NULL,
    valor_unitario numeric(12, 2) NOT NULL,
    valor_total numeric(12, 2) NOT NULL,
    PRIMARY KEY (guia_id, sequencial_item)
);

CREATE TABLE tiss.lote (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    contrato_id integer NOT NULL REFERENCES tiss.contrato,
    numero_lote bigint NOT NULL CHECK (numero_lote BETWEEN 1 AND 999999999999),
    tipo_guia text NOT NULL CHECK (tipo_guia IN ('CONSULTA', 'SP_SADT')),
    quantidade_guias integer NOT NULL CHECK (quantidade_guias BETWEEN 1 AND 100),
    valor_total numeric(14, 2) NOT NULL,
    status text NOT NULL DEFAULT 'PENDENTE',
    versao_contrato integer NOT NULL,
    versao_tiss text NOT NULL,
    xml bytea NOT NULL,
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{32}$'),
    tentativa integer NOT NULL DEFAULT 0,
    dono text,
    prazo timestamptz,
    protocolo text,
    situacao_protocolo text,
    criado_em timestamptz NOT NULL DEFAULT now(),
    data_envio timestamptz,
    data_resposta timestamptz,
    observacoes text,
    detalhe text,
    substituido_por bigint REFERENCES tiss.lote,
    UNIQUE (contrato_id, numero_lote),
    CHECK (status <> 'ENVIANDO' OR (prazo IS NOT NULL AND dono IS NOT NULL)),
    CHECK (status NOT IN ('ENVIADO', 'PROCESSADO') OR protocolo IS NOT NULL)
);
COMMENT ON COLUMN tiss.lote.detalhe IS 'What the operadora wrote when it refused: may name a patient, never logged';
COMMENT ON COLUMN tiss.lote.xml IS 'File form without login, zlib';
COMMENT ON COLUMN tiss.lote.prazo IS 'After it, an attempt that is still ENVIANDO belongs to a process that is gone';
CREATE INDEX lote_em_andamento ON tiss.lote (contrato_id, id)
    WHERE status NOT IN ('PROCESSADO', 'CANCELADO');
CREATE INDEX lote_protocolo ON tiss.lote (contrato_id, protocolo) WHERE protocolo IS NOT NULL;

CREATE TABLE tiss.guia_tiss_envio (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guia_id bigint NOT NULL REFERENCES tiss.guia,
    lote_id bigint NOT NULL REFERENCES tiss.lote,
    ordem integer NOT NULL CHECK (ordem BETWEEN 1 AND 100),
    viva boolean NOT NULL DEFAULT true,
    situacao_guia text,
    resultado text CHECK (resultado IN ('AUTORIZADA', 'NEGADA', 'CANCELADA')),
    valor_informado numeric(12, 2),
    valor_processado numeric(12, 2),
    valor_liberado numeric(12, 2),
    valor_glosado numeric(12, 2),
    -- Which demonstrativo the values came from: answers are ordered by this, never by arrival.
    demonstrativo_data date,
    demonstrativo_numero text,
    demonstrativo_sha256 text,
    UNIQUE (lote_id, ordem),
    UNIQUE (guia_id, lote_id)
);
COMMENT ON COLUMN tiss.guia_tiss_envio.viva IS 'False once the lote was dismantled or cancelled';
CREATE UNIQUE INDEX envio_um_vivo_por_guia ON tiss.guia_tiss_envio (guia_id) WHERE viva;

-- Conversation ------------------------------------------------------------------------------------

CREATE TABLE tiss.troca (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operacao text NOT NULL
        CHECK (operacao IN ('ENVIO_LOTE_GUIAS', 'SOLIC_STATUS_PROTOCOLO', 'SOLIC_DEMONSTRATIVO_RETORNO')),
    contrato_id integer NOT NULL REFERENCES tiss.contrato,
    lote_id bigint NOT NULL REFERENCES tiss.lote,
    tentativa integer NOT NULL,
    quem text NOT NULL,
    inicio timestamptz NOT NULL DEFAULT clock_timestamp(),
    pedido bytea NOT NULL,
    pedido_sha256 text NOT NULL,
    fim timestamptz,
    http_status integer,
    ultimo_bloco_saiu boolean,
    falha text,
    resposta bytea,
    interpretada_em timestamptz,
    desfecho text,
    CHECK (interpretada_em IS NULL OR fim IS NOT NULL)
);
COMMENT ON TABLE tiss.troca IS 'The audit trail: one row per exchange; each column is written once';
COMMENT ON COLUMN tiss.troca.quem IS 'dag/run/task/map_index/try, or who typed the command';
COMMENT ON COLUMN tiss.troca.pedido IS 'What left, zlib, with the password masked';
COMMENT ON COLUMN tiss.troca.pedido_sha256 IS 'Of the bytes that really left';
COMMENT ON COLUMN tiss.troca.falha IS 'What interrupted the exchange, when no complete reply came';
CREATE INDEX troca_lote ON tiss.troca (lote_id, id);
CREATE INDEX troca_sem_leitura ON tiss.troca (lote_id) WHERE interpretada_em IS NULL;

CREATE FUNCTION tiss.troca_so_cresce() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    resposta text[] := ARRAY['fim', 'http_status', 'ultimo_bloco_saiu', 'falha', 'resposta'];
    leitura text[] := ARRAY['interpretada_em', 'desfecho'];
    mudado text[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(novo.key) INTO mudado
        FROM jsonb_each(to_jsonb(NEW)) AS novo
        WHERE novo.value IS DISTINCT FROM to_jsonb(OLD) -> novo.key;
        IF mudado IS NULL
           OR (OLD.fim IS NULL AND NEW.fim IS NOT NULL AND mudado <@ resposta)
           OR (OLD.interpretada_em IS NULL AND NEW.interpretada_em IS NOT NULL
               AND mudado <@ leitura) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'tiss.troca % é trilha de auditoria: não se altera nem se apaga', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER troca_so_cresce BEFORE UPDATE OR DELETE ON tiss.troca
    FOR EACH ROW EXECUTE FUNCTION tiss.troca_so_cresce();
CREATE TRIGGER troca_fica BEFORE TRUNCATE ON tiss.troca
    FOR EACH STATEMENT EXECUTE FUNCTION tiss.troca_so_cresce();

CREATE TABLE tiss.glosa (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    envio_id bigint NOT NULL REFERENCES tiss.guia_tiss_envio,
    protocolo text NOT NULL,
    nivel text NOT NULL CHECK (nivel IN ('PROTOCOLO', 'GUIA', 'ITEM')),
    sequencial_item integer,
    codigo text NOT NULL,
    descricao text,
    valor_declarado numeric(12, 2),
    valor_rateado numeric(12, 2),
    origem text NOT NULL CHECK (origem IN ('DEMONSTRATIVO_ANALISE')),
    posicao integer NOT NULL,
    UNIQUE NULLS NOT DISTINCT (origem, protocolo, envio_id, nivel, sequencial_item, posicao),
    CHECK ((nivel = 'ITEM') = (sequencial_item IS NOT NULL))
);
COMMENT ON COLUMN tiss.glosa.valor_rateado IS 'The share of the refused value; motives that repeat it count once';
CREATE INDEX glosa_envio ON tiss.glosa (envio_id);

CREATE TABLE tiss.divergencia (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    motivo text NOT NULL,
    descricao text NOT NULL,
    lote_id bigint REFERENCES tiss.lote,
    guia_id bigint REFERENCES tiss.guia,
    aberta_em timestamptz NOT NULL DEFAULT now(),
    fechada_em timestamptz,
    fechada_por text,
    CHECK ((fechada_em IS NULL) = (fechada_por IS NULL))
);
COMMENT ON TABLE tiss.divergencia IS 'What does not fit, until a person or a later answer closes it';
CREATE UNIQUE INDEX divergencia_aberta ON tiss.divergencia (motivo, lote_id, guia_id)
    NULLS NOT DISTINCT WHERE fechada_em IS NULL;

-- States ------------------------------------------------------------------------------------------

-- The same table as tiss.domain.estados; a test compares them.
CREATE TABLE tiss.transicao (
    objeto text NOT NULL,
    de text,
    para text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (objeto, de, para)
);
INSERT INTO tiss.transicao (objeto, de, para) VALUES
    ('guia', NULL, 'INVALIDA'), ('guia', NULL, 'GERADA'),
    ('guia', 'INVALIDA', 'GERADA'), ('guia', 'INVALIDA', 'CANCELADA'),
    ('guia', 'GERADA', 'ENVIADA'), ('guia', 'GERADA', 'INVALIDA'), ('guia', 'GERADA', 'CANCELADA'),
    ('guia', 'ENVIADA', 'AUTORIZADA'), ('guia', 'ENVIADA', 'NEGADA'),
    ('guia', 'ENVIADA', 'CANCELADA'), ('guia', 'ENVIADA', 'GERADA'),
    ('guia', 'AUTORIZADA', 'NEGADA'), ('guia', 'NEGADA', 'AUTORIZADA'),
    ('guia', 'AUTORIZADA', 'CANCELADA'), ('guia', 'NEGADA', 'CANCELADA'),
    ('lote', NULL, 'PENDENTE'),
    ('lote', 'PENDENTE', 'ENVIANDO'), ('lote', 'PENDENTE', 'CANCELADO'),
    ('lote', 'ENVIANDO', 'ENVIADO'), ('lote', 'ENVIANDO', 'ERRO'),
    ('lote', 'ENVIANDO', 'PENDENTE'), ('lote', 'ENVIANDO', 'EM_DUVIDA'),
    ('lote', 'EM_DUVIDA', 'ENVIADO'), ('lote', 'EM_DUVIDA', 'PENDENTE'),
    ('lote', 'EM_DUVIDA', 'ERRO'), ('lote', 'EM_DUVIDA', 'CANCELADO'),
    ('lote', 'ENVIADO', 'PROCESSADO'),
    ('lote', 'ERRO', 'CANCELADO');

CREATE TABLE tiss.historico (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    objeto text NOT NULL,
    objeto_id bigint NOT NULL,
    de text,
    para text NOT NULL,
    quando timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX historico_objeto ON tiss.historico (objeto, objeto_id);

CREATE FUNCTION tiss.mudanca_de_estado() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    antes text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END;
BEGIN
    IF NOT EXISTS (
        SELECT FROM tiss.transicao AS permitida
        WHERE permitida.objeto = TG_TABLE_NAME
          AND permitida.de IS NOT DISTINCT FROM antes
          AND permitida.para = NEW.status
    ) THEN
        RAISE EXCEPTION '% %: a passagem de % para % não existe',
            TG_TABLE_NAME, NEW.id, coalesce(antes, 'nada'), NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO tiss.historico (objeto, objeto_id, de, para)
    VALUES (TG_TABLE_NAME, NEW.id, antes, NEW.status);
    RETURN NULL;
END $$;
CREATE TRIGGER guia_nasce AFTER INSERT ON tiss.guia
    FOR EACH ROW EXECUTE FUNCTION tiss.mudanca_de_estado();
CREATE TRIGGER guia_muda AFTER UPDATE OF status ON tiss.guia
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION tiss.mudanca_de_estado();
CREATE TRIGGER lote_nasce AFTER INSERT ON tiss.lote
    FOR EACH ROW EXECUTE FUNCTION tiss.mudanca_de_estado();
CREATE TRIGGER lote_muda AFTER UPDATE OF status ON tiss.lote
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION tiss.mudanca_de_estado();

-- Results, for clinics whose own tables are not written to ----------------------------------------

CREATE VIEW tiss.resultado AS
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
    guia.problemas
FROM tiss.guia
LEFT JOIN LATERAL (
    SELECT jsonb_agg(
        jsonb_build_object(
            'nivel', glosa.nivel,
            'sequencial_item', glosa.sequencial_item,
            'codigo', glosa.codigo,
            'descricao', glosa.descricao,
            'valor', glosa.valor_rateado
        ) ORDER BY glosa.nivel, glosa.sequencial_item, glosa.posicao
    ) AS lista
    FROM tiss.guia_tiss_envio AS envio
    JOIN tiss.glosa ON glosa.envio_id = envio.id
    WHERE envio.guia_id = guia.id AND envio.viva
) AS glosas ON true
WHERE guia.viva;

-- Least privilege: what the tasks need and no more ------------------------------------------------

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tiss_faturamento') THEN
        CREATE ROLE tiss_faturamento NOLOGIN;
    END IF;
END $$;
GRANT USAGE ON SCHEMA tiss TO tiss_faturamento;
GRANT SELECT ON ALL TABLES IN SCHEMA tiss TO tiss_faturamento;
GRANT INSERT, UPDATE ON tiss.guia, tiss.lote, tiss.guia_tiss_envio, tiss.troca, tiss.divergencia
    TO tiss_faturamento;
GRANT INSERT, DELETE ON tiss.guia_item, tiss.glosa TO tiss_faturamento;
GRANT INSERT ON tiss.historico TO tiss_faturamento;
GRANT UPDATE (proximo_numero_lote, proximo_numero_guia, ultimo_envio, operacoes_suspensas)
    ON tiss.contrato TO tiss_faturamento;
GRANT UPDATE (impressao, ultimo_sucesso, suspensa_desde, motivo_suspensao)
    ON tiss.credencial TO tiss_faturamento;
