-- Sending that can be trusted: channels, credentials, calendars, cancelling, holding back.
-- depends: 0003_cinco_tipos_de_guia

-- Contratos ---------------------------------------------------------------------------------------

ALTER TABLE tiss.operadora
    ADD COLUMN max_envios_simultaneos integer CHECK (max_envios_simultaneos BETWEEN 1 AND 128);
COMMENT ON COLUMN tiss.operadora.max_envios_simultaneos IS
    'At most so many sends over all its contratos; null: each contrato''s own limit alone';

-- Operations by the tipoTransacao of their request, each with a relative or a complete address.
CREATE FUNCTION tiss.servicos_validos(servicos jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT jsonb_typeof(servicos) = 'object' AND NOT EXISTS (
        SELECT
        FROM jsonb_each(
            CASE WHEN jsonb_typeof(servicos) = 'object' THEN servicos ELSE '{}'::jsonb END
        ) AS servico
        WHERE servico.key NOT IN (
                'ENVIO_LOTE_GUIAS', 'SOLIC_STATUS_PROTOCOLO', 'SOLIC_DEMONSTRATIVO_RETORNO',
                'CANCELA_GUIA', 'RECURSO_GLOSA', 'SOLIC_STATUS_RECURSO_GLOSA'
            )
            OR jsonb_typeof(servico.value) <> 'string'
            OR (
                servico.value #>> '{}' ~ '://'
                AND NOT tiss.endereco_seguro(servico.value #>> '{}')
            )
    )
$$;

ALTER TABLE tiss.contrato
    ADD COLUMN tipo_api text NOT NULL DEFAULT 'SOAP'
        CHECK (tipo_api IN ('SOAP', 'REST', 'AMBOS', 'MANUAL')),
    ADD COLUMN canal_preferido text NOT NULL DEFAULT 'SOAP'
        CHECK (canal_preferido IN ('SOAP', 'REST')),
    ADD COLUMN servicos_soap jsonb NOT NULL DEFAULT '{}' CHECK (tiss.servicos_validos(servicos_soap)),
    ADD COLUMN servicos_rest jsonb NOT NULL DEFAULT '{}' CHECK (tiss.servicos_validos(servicos_rest)),
    ADD COLUMN rest jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(rest) = 'object'),
    ADD COLUMN segundos_total integer NOT NULL DEFAULT 120 CHECK (segundos_total BETWEEN 1 AND 660),
    ADD COLUMN resposta_maxima_mb integer NOT NULL DEFAULT 64
        CHECK (resposta_maxima_mb BETWEEN 1 AND 512),
    ADD COLUMN comprime boolean NOT NULL DEFAULT false,
    ADD COLUMN proxy text CHECK (proxy ~ '^https?://[^/@[:space:]]+$'),
    ADD COLUMN autoridade_certificadora text
        CHECK (autoridade_certificadora LIKE '%-----BEGIN CERTIFICATE-----%'),
    ADD COLUMN codificacao_envio text NOT NULL DEFAULT 'ISO-8859-1'
        CHECK (codificacao_envio IN ('ISO-8859-1', 'UTF-8')),
    ADD COLUMN codificacao_hash text NOT NULL DEFAULT 'ISO-8859-1'
        CHECK (codificacao_hash IN ('ISO-8859-1', 'UTF-8')),
    ADD COLUMN hash_maiusculo boolean NOT NULL DEFAULT false,
    ADD COLUMN assinatura text REFERENCES tiss.credencial,
    ADD COLUMN politica_assinatura jsonb,
    ADD COLUMN envio text NOT NULL DEFAULT 'AUTOMATICO'
        CHECK (envio IN ('AUTOMATICO', 'CONFERENCIA')),
    ADD COLUMN entrega_das time,
    ADD COLUMN entrega_ate time,
    ADD COLUMN entrega_dias_da_semana integer[]
        CHECK (entrega_dias_da_semana <@ ARRAY[1, 2, 3, 4, 5, 6, 7]
               AND cardinality(entrega_dias_da_semana) > 0),
    ADD COLUMN entrega_do_dia integer CHECK (entrega_do_dia BETWEEN 1 AND 31),
    ADD COLUMN entrega_ao_dia integer CHECK (entrega_ao_dia BETWEEN 1 AND 31),
    ADD COLUMN dias_para_faturar integer CHECK (dias_para_faturar BETWEEN 1 AND 3650),
    ADD COLUMN deduplica boolean NOT NULL DEFAULT false,
    ADD COLUMN reusa_numero boolean NOT NULL DEFAULT false,
    ADD COLUMN cancela_por text NOT NULL DEFAULT 'LOTE' CHECK (cancela_por IN ('LOTE', 'GUIA')),
    ADD COLUMN politica_duvida text NOT NULL DEFAULT 'PESSOA'
        CHECK (politica_duvida IN ('PESSOA', 'CANCELAMENTO')),
    ADD COLUMN suspenso_em timestamptz,
    ADD COLUMN suspenso_por text,
    ADD COLUMN suspenso_motivo text,
    ADD CHECK ((entrega_das IS NULL) = (entrega_ate IS NULL)),
    ADD CHECK ((entrega_do_dia IS NULL) = (entrega_ao_dia IS NULL)),
    ADD CHECK (num_nonnulls(suspenso_em, suspenso_por, suspenso_motivo) IN (0, 3)),
    DROP CONSTRAINT contrato_tipo_autenticacao_check,
    ADD CONSTRAINT contrato_tipo_autenticacao_check CHECK (
        tipo_autenticacao IN ('NENHUMA', 'BASIC_AUTH', 'JWT', 'OAUTH2', 'CERTIFICADO_DIGITAL')
    );

-- The same configuration in another place is no change: nothing has to be built again for it.
ALTER TABLE tiss.contrato DISABLE TRIGGER contrato_mudou;
UPDATE tiss.contrato
SET servicos_soap = jsonb_strip_nulls(jsonb_build_object(
        'ENVIO_LOTE_GUIAS', endpoint_envio,
        'SOLIC_STATUS_PROTOCOLO', endpoint_status,
        'SOLIC_DEMONSTRATIVO_RETORNO', endpoint_demonstrativo
    )),
    segundos_total = greatest(120, segundos_conexao + segundos_resposta);
ALTER TABLE tiss.contrato ENABLE TRIGGER contrato_mudou;

ALTER TABLE tiss.contrato
    DROP COLUMN endpoint_envio,
    DROP COLUMN endpoint_status,
    DROP COLUMN endpoint_demonstrativo,
    ALTER COLUMN url_base DROP NOT NULL,
    ADD CHECK (segundos_total >= segundos_conexao),
    -- What is missing is told in words before a lote is built; this is what no tool may write.
    ADD CHECK (url_base IS NOT NULL OR tipo_api = 'MANUAL');

COMMENT ON COLUMN tiss.contrato.tipo_api IS
    'MANUAL: a portal, to which a person carries the file. AMBOS: canal_preferido, the other when it did not deliver';
COMMENT ON COLUMN tiss.contrato.servicos_soap IS
    'Operation -> address, relative to url_base or complete; one that is absent is not offered';
COMMENT ON COLUMN tiss.contrato.rest IS 'How REST requests look: tiss.domain.canal.FormaRest';
COMMENT ON COLUMN tiss.contrato.proxy IS 'Without user or password';
COMMENT ON COLUMN tiss.contrato.autoridade_certificadora IS
    'PEM of the authority that signs the operadora''s certificate; null: the usual ones';
COMMENT ON COLUMN tiss.contrato.assinatura IS 'Connection with the A1 that signs; null: not signed';
COMMENT ON COLUMN tiss.contrato.entrega_do_dia IS
    'Lotes are taken from this day of the month to entrega_ao_dia, which may be in the next one';
COMMENT ON COLUMN tiss.contrato.dias_para_faturar IS
    'How old an attendance may be on the day of building; null: no limit';
COMMENT ON COLUMN tiss.contrato.deduplica IS
    'True only when known: the operadora refuses a lote whose number it already has';
COMMENT ON COLUMN tiss.contrato.reusa_numero IS
    'True only when known: the number of a cancelled guia may be used again';
COMMENT ON COLUMN tiss.contrato.suspenso_em IS 'A person''s switch: nothing leaves until it is lifted';

CREATE OR REPLACE FUNCTION tiss.contrato_mudou() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Counters, marks of the sending and a person's switch are not configuration.
    andamento text[] := ARRAY['proximo_numero_lote', 'proximo_numero_guia', 'ultimo_envio',
                              'operacoes_suspensas', 'versao', 'suspenso_em', 'suspenso_por',
                              'suspenso_motivo'];
BEGIN
    IF to_jsonb(NEW) - andamento IS DISTINCT FROM to_jsonb(OLD) - andamento THEN
        NEW.versao := OLD.versao + 1;
        NEW.operacoes_suspensas := '{}';
    END IF;
    RETURN NEW;
END $$;

-- What a credential got for its secret: shared by the tasks that use it, under Airflow's Fernet key.
CREATE TABLE tiss.token (
    conexao text PRIMARY KEY REFERENCES tiss.credencial,
    impressao text NOT NULL,
    cifrado bytea,
    expira_em timestamptz,
    renovacao_cifrada bytea,
    CHECK ((cifrado IS NULL) = (expira_em IS NULL))
);
COMMENT ON TABLE tiss.token IS 'Access tokens, encrypted with a key that the database does not hold';
COMMENT ON COLUMN tiss.token.impressao IS 'Of the secret that it was got for: another secret, another token';

-- Lotes and guias ---------------------------------------------------------------------------------

ALTER TABLE tiss.lote
    ADD COLUMN liberado boolean NOT NULL DEFAULT true,
    ADD COLUMN liberado_por text,
    ADD COLUMN exportado_em timestamptz,
    ADD COLUMN exportado_por text,
    ADD COLUMN perguntado_em timestamptz,
    ADD COLUMN perguntado_por text,
    ADD CHECK ((exportado_em IS NULL) = (exportado_por IS NULL)),
    ADD CHECK (status <> 'CANCELANDO' OR (prazo IS NOT NULL AND dono IS NOT NULL));
COMMENT ON COLUMN tiss.lote.perguntado_em IS
    'When the question about this doubt was put to a person in Airflow';
COMMENT ON COLUMN tiss.lote.liberado IS 'False while a person has to look at it first';
COMMENT ON COLUMN tiss.lote.exportado_em IS
    'When a person took the file to a portal: it may be there, and is neither rebuilt nor sent';

ALTER TABLE tiss.guia
    ADD COLUMN substitui bigint REFERENCES tiss.guia,
    ADD COLUMN encerrada_por text,
    ADD COLUMN encerrada_motivo text,
    ADD CHECK ((encerrada_por IS NULL) = (encerrada_motivo IS NULL));
COMMENT ON COLUMN tiss.guia.substitui IS 'The guia of the same attendance that this one presents again';
COMMENT ON COLUMN tiss.guia.encerrada_por IS 'Who let the attendance be billed again, and why';

-- What must not be billed before a person looked at it, whatever the view says.
CREATE TABLE tiss.retida (
    consulta_id text NOT NULL,
    ambiente text NOT NULL CHECK (ambiente IN ('HOMOLOGACAO', 'PRODUCAO')),
    motivo text NOT NULL,
    desde timestamptz NOT NULL DEFAULT now(),
    por text NOT NULL,
    PRIMARY KEY (consulta_id, ambiente)
);
COMMENT ON TABLE tiss.retida IS 'Consultas held back: they may have been billed after the backup was made';

ALTER TABLE tiss.troca
    ADD COLUMN canal text NOT NULL DEFAULT 'SOAP' CHECK (canal IN ('SOAP', 'REST', 'MANUAL')),
    DROP CONSTRAINT troca_operacao_check,
    ADD CONSTRAINT troca_operacao_check CHECK (
        operacao IN (
            'ENVIO_LOTE_GUIAS', 'SOLIC_STATUS_PROTOCOLO', 'SOLIC_DEMONSTRATIVO_RETORNO',
            'CANCELA_GUIA', 'RECURSO_GLOSA', 'SOLIC_STATUS_RECURSO_GLOSA'
        )
    );

-- In the case that its contrato wants: hash_maiusculo.
ALTER TABLE tiss.lote
    DROP CONSTRAINT lote_hash_check,
    ADD CONSTRAINT lote_hash_check CHECK (hash ~ '^([0-9a-f]{32}|[0-9A-F]{32})$');

-- Until when a lote in doubt is left alone: our request may still be queued at the operadora. It counts
-- from the last exchange.
CREATE FUNCTION tiss.quarentena_ate(qual bigint) RETURNS timestamptz
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
        ON troca.lote_id = lote.id AND troca.operacao IN ('ENVIO_LOTE_GUIAS', 'CANCELA_GUIA')
    WHERE lote.id = qual
    GROUP BY contrato.quarentena
$$;

-- States ------------------------------------------------------------------------------------------

INSERT INTO tiss.transicao (objeto, de, para) VALUES
    ('lote', 'EM_DUVIDA', 'CANCELANDO'), ('lote', 'ENVIADO', 'CANCELANDO'),
    ('lote', 'CANCELANDO', 'CANCELADO'), ('lote', 'CANCELANDO', 'EM_DUVIDA'),
    ('lote', 'CANCELANDO', 'ENVIADO');

GRANT SELECT, INSERT, UPDATE, DELETE ON tiss.token TO tiss_faturamento;
GRANT SELECT, INSERT, DELETE ON tiss.retida TO tiss_faturamento;
GRANT UPDATE (suspenso_em, suspenso_por, suspenso_motivo) ON tiss.contrato TO tiss_faturamento;
