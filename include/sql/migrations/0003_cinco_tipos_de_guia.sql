-- Five kinds of guia, rules and text per contrato.
-- depends: 0002_terminologia

ALTER TABLE tiss.contrato
    ADD COLUMN ascii_somente boolean NOT NULL DEFAULT true,
    ADD COLUMN maiusculas boolean NOT NULL DEFAULT false,
    ADD COLUMN regras jsonb NOT NULL DEFAULT '{}'
        CHECK (jsonb_typeof(regras) = 'object'
               AND NOT jsonb_path_exists(
                   regras,
                   'strict $.* ? (@.type() != "string" || !(@ == "DESLIGADA" || @ == "AVISA" || @ == "BLOQUEIA"))',
                   '{}',
                   silent => true
               ));
COMMENT ON COLUMN tiss.contrato.ascii_somente IS
    'True: accents and signs are replaced, so that every reading of the hash agrees';
COMMENT ON COLUMN tiss.contrato.maiusculas IS 'True: all text in upper case, as some old systems want';
COMMENT ON COLUMN tiss.contrato.regras IS
    'Code of a rule -> DESLIGADA, AVISA or BLOQUEIA; absent: what the rule does by itself';

ALTER TABLE tiss.guia
    ADD COLUMN numero_carteira text,
    DROP CONSTRAINT guia_check1,
    ADD CONSTRAINT guia_tipo_conhecido CHECK (
        tipo IN ('CONSULTA', 'SP_SADT', 'HONORARIOS', 'RESUMO_INTERNACAO', 'ODONTO')
        OR status IN ('INVALIDA', 'CANCELADA')
    );
COMMENT ON COLUMN tiss.guia.numero_carteira IS
    'Finds a probable second billing of the same attendance; null in guias of before this column';
CREATE INDEX guia_por_carteira ON tiss.guia (clinica_id, numero_carteira, data_atendimento)
    WHERE viva AND status <> 'INVALIDA';

ALTER TABLE tiss.lote
    DROP CONSTRAINT lote_tipo_guia_check,
    ADD CONSTRAINT lote_tipo_guia_check CHECK (
        tipo_guia IN ('CONSULTA', 'SP_SADT', 'HONORARIOS', 'RESUMO_INTERNACAO', 'ODONTO')
    );

ALTER TABLE tiss.guia_item
    ADD COLUMN codigo_despesa text,
    ALTER COLUMN valor_unitario DROP NOT NULL;
COMMENT ON COLUMN tiss.guia_item.codigo_despesa IS 'Kind of expense; null for a procedure';
COMMENT ON COLUMN tiss.guia_item.valor_unitario IS 'Null in dental guias, which have none';

-- Whoever may read tiss.resultado reads the words of a glosa in it, without rights of its own over the
-- terminology, which is public knowledge: a view lends its owner's rights to tables, not to functions.
CREATE OR REPLACE FUNCTION tiss.descricao_glosa(codigo text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (
            SELECT termo.descricao
            FROM tiss.termo_tuss AS termo
            WHERE termo.tabela = '38' AND termo.codigo = $1
            ORDER BY termo.inicio DESC NULLS LAST, termo.fim DESC NULLS FIRST
            LIMIT 1
        ),
        (
            SELECT dominio.descricao
            FROM tiss.dominio
            WHERE dominio.dominio = 'dm_tipoGlosa' AND dominio.codigo = $1
            ORDER BY dominio.versao_tiss DESC
            LIMIT 1
        )
    )
$$;

-- Item glosas come as bare codes: Tabela 38 has the words, where it was loaded.
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
    guia.problemas
FROM tiss.guia
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
    FROM tiss.guia_tiss_envio AS envio
    JOIN tiss.glosa ON glosa.envio_id = envio.id
    WHERE envio.guia_id = guia.id AND envio.viva
) AS glosas ON true
WHERE guia.viva;
