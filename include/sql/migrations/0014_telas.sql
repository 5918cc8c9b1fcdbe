-- What people do on the screens and through the REST API, each thing once.
-- depends: 0010_indices

CREATE TABLE tiss.acao (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quem text NOT NULL,
    o_que text NOT NULL,
    lote_id bigint REFERENCES tiss.lote,
    guia_id bigint REFERENCES tiss.guia,
    contrato_id integer REFERENCES tiss.contrato,
    recurso_id bigint REFERENCES tiss.recurso,
    motivo text,
    chave text CHECK (length(chave) BETWEEN 8 AND 200),
    pedido_sha256 text NOT NULL,
    quando timestamptz NOT NULL DEFAULT clock_timestamp(),
    fim timestamptz,
    situacao integer,
    resposta jsonb,
    UNIQUE (quem, chave),
    CHECK ((fim IS NULL) = (situacao IS NULL))
);
COMMENT ON TABLE tiss.acao IS 'Who did what, when, on the screens and through the REST API';
COMMENT ON COLUMN tiss.acao.motivo IS 'What the person wrote about it: may name a patient, never logged';
COMMENT ON COLUMN tiss.acao.chave IS 'Idempotency-Key: asked again under it, nothing is done twice';
COMMENT ON COLUMN tiss.acao.pedido_sha256 IS 'Of what was asked: another request under the same key is refused';
COMMENT ON COLUMN tiss.acao.situacao IS 'HTTP status of the answer; null: it is being done, or was interrupted';
CREATE INDEX acao_lote ON tiss.acao (lote_id, id) WHERE lote_id IS NOT NULL;
CREATE INDEX acao_guia ON tiss.acao (guia_id, id) WHERE guia_id IS NOT NULL;
CREATE INDEX acao_contrato ON tiss.acao (contrato_id, id) WHERE contrato_id IS NOT NULL;

-- What a list has to find quickly.
CREATE INDEX historico_lote ON tiss.historico (id) WHERE objeto = 'lote';
CREATE INDEX lote_status ON tiss.lote (status, id);

GRANT SELECT, INSERT ON tiss.acao TO tiss_faturamento;
GRANT UPDATE (fim, situacao, resposta, chave) ON tiss.acao TO tiss_faturamento;

-- What waits to be billed in an environment: prepared, without an answer, in no lote. As a function it becomes part of
-- the statement that asks it; its text is not looked at here, where the clinic's view may not be yet.
SET LOCAL check_function_bodies = off;
CREATE FUNCTION tiss.em_espera(qual_ambiente text) RETURNS TABLE (
    consulta_id text, clinica_id text, registro_ans text, dia date, guia_id bigint,
    com_problemas boolean, problemas jsonb
) LANGUAGE sql STABLE AS $$
    SELECT
        consulta.consulta_id,
        consulta.clinica_id,
        consulta.registro_ans,
        -- Without a day it has a problem, and is looked at first.
        coalesce(consulta.data_atendimento, '9999-12-31'),
        guia.id,
        guia.status IS NOT DISTINCT FROM 'INVALIDA',
        coalesce(guia.problemas, '[]')
    FROM tiss.consulta_preparada AS consulta
    LEFT JOIN tiss.guia
        ON guia.consulta_id = consulta.consulta_id AND guia.ambiente = qual_ambiente AND guia.viva
    WHERE (consulta.resultado IS NULL OR qual_ambiente <> 'PRODUCAO')
      AND (guia.id IS NULL OR guia.status IN ('INVALIDA', 'GERADA'))
      AND NOT EXISTS (
          SELECT FROM tiss.guia_tiss_envio AS envio WHERE envio.guia_id = guia.id AND envio.viva
      )
      -- What is older than its contrato is not billed.
      AND NOT EXISTS (
          SELECT
          FROM tiss.contrato
          JOIN tiss.prestador ON prestador.id = contrato.prestador_id
          WHERE prestador.clinica_id = consulta.clinica_id
            AND contrato.registro_ans = consulta.registro_ans
            AND contrato.ambiente = qual_ambiente
            AND consulta.data_atendimento < contrato.faturar_a_partir_de
      )
$$;
-- The lotes of an instance of a task: its name begins what is noted of each exchange.
CREATE INDEX troca_quem ON tiss.troca (quem COLLATE "C") WHERE lote_id IS NOT NULL;
