-- The reconciliation at a glance: sums by lote are kept, and never lie.
-- depends: 0014_telas

-- A sum is used only while nothing that it sums has changed since. What changes anything leaves a mark, in the same
-- transaction; a lote with a mark is summed anew by whoever reads, until its sum is stored again and its mark goes.
-- A mark is only ever inserted: whoever bills waits for nobody who reads. For the same reason no foreign key leads to
-- tiss.lote, whose rows are locked while they are sent.

CREATE TABLE tiss.soma_vencida (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lote_id bigint NOT NULL
);
COMMENT ON TABLE tiss.soma_vencida IS 'Marks: something that is summed of this lote changed after its sums were stored';
CREATE INDEX soma_vencida_do_lote ON tiss.soma_vencida (lote_id);

CREATE TABLE tiss.soma_lote (
    lote_id bigint NOT NULL,
    contrato_id integer NOT NULL,
    ambiente text NOT NULL,
    competencia date,
    guias bigint NOT NULL,
    guias_em_aberto bigint NOT NULL,
    informado numeric NOT NULL,
    processado numeric,
    liberado numeric NOT NULL,
    glosado numeric NOT NULL,
    franquia numeric NOT NULL,
    em_aberto numeric NOT NULL,
    diferenca numeric NOT NULL,
    pago numeric NOT NULL,
    a_pagar numeric NOT NULL,
    a_receber numeric NOT NULL,
    pago_por_recurso numeric NOT NULL,
    em_recurso numeric NOT NULL,
    recuperado numeric NOT NULL,
    vale_de date NOT NULL,
    vale_antes_de date NOT NULL,
    PRIMARY KEY (lote_id, contrato_id, ambiente)
);
CREATE INDEX soma_lote_vale_de ON tiss.soma_lote (vale_de);
CREATE INDEX soma_lote_vale_antes_de ON tiss.soma_lote (vale_antes_de);
COMMENT ON TABLE tiss.soma_lote IS 'Rows of tiss.conciliacao_lote as they were when they were stored: read tiss.conciliacao_soma';
COMMENT ON COLUMN tiss.soma_lote.vale_de IS
    'What is announced becomes paid on its day: the sum is that of the days from vale_de to before vale_antes_de';

CREATE TABLE tiss.soma_glosa (
    lote_id bigint NOT NULL,
    contrato_id integer NOT NULL,
    competencia date,
    codigo text NOT NULL,
    nivel text NOT NULL,
    glosas bigint NOT NULL,
    guias bigint NOT NULL,
    valor numeric,
    sem_valor bigint NOT NULL,
    PRIMARY KEY (lote_id, codigo, nivel)
);
COMMENT ON TABLE tiss.soma_glosa IS 'Glosas of a lote as they were when they were stored: read tiss.conciliacao_soma_glosa';

-- Marks -------------------------------------------------------------------------------------------

CREATE FUNCTION tiss.vencer_do_envio() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tiss.soma_vencida (lote_id) SELECT DISTINCT lote_id FROM mudados;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO tiss.soma_vencida (lote_id)
        SELECT DISTINCT lote_id FROM antigos EXCEPT SELECT lote_id FROM mudados;
    END IF;
    RETURN NULL;
END $$;

-- Of what hangs on a sending: glosas, postings, items of recursos.
CREATE FUNCTION tiss.vencer_do_que_e_do_envio() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tiss.soma_vencida (lote_id)
    SELECT DISTINCT envio.lote_id
    FROM (SELECT DISTINCT envio_id FROM mudados) AS mudado
    JOIN tiss.guia_tiss_envio AS envio ON envio.id = mudado.envio_id;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO tiss.soma_vencida (lote_id)
        SELECT DISTINCT envio.lote_id
        FROM (SELECT envio_id FROM antigos EXCEPT SELECT envio_id FROM mudados) AS antigo
        JOIN tiss.guia_tiss_envio AS envio ON envio.id = antigo.envio_id;
    END IF;
    RETURN NULL;
END $$;

-- A guia changes for many reasons; these are summed.
CREATE FUNCTION tiss.vencer_da_guia() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tiss.soma_vencida (lote_id)
    SELECT DISTINCT envio.lote_id
    FROM mudados AS nova
    JOIN antigos AS antiga ON antiga.id = nova.id
    JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = nova.id AND envio.viva
    WHERE (nova.viva, nova.status = 'CANCELADA', nova.valor_informado, nova.contrato_id, nova.ambiente)
        IS DISTINCT FROM
        (antiga.viva, antiga.status = 'CANCELADA', antiga.valor_informado, antiga.contrato_id, antiga.ambiente);
    RETURN NULL;
END $$;

CREATE FUNCTION tiss.vencer_do_lote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tiss.soma_vencida (lote_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

-- What is asked back of guias counts while the lote of the recurso is at the operadora.
CREATE FUNCTION tiss.vencer_do_recurso() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tiss.soma_vencida (lote_id)
    SELECT DISTINCT envio.lote_id
    FROM tiss.recurso
    JOIN tiss.recurso_item AS item ON item.recurso_id = recurso.id
    JOIN tiss.guia_tiss_envio AS envio ON envio.id = item.envio_id
    WHERE CASE TG_TABLE_NAME WHEN 'lote' THEN recurso.lote_id = NEW.id ELSE recurso.id = NEW.id END;
    RETURN NULL;
END $$;

CREATE FUNCTION tiss.vencer_do_contrato() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tiss.soma_vencida (lote_id)
    SELECT id FROM tiss.lote WHERE contrato_id = NEW.id AND protocolo IS NOT NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION tiss.vencer_todas() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tiss.soma_vencida (lote_id)
    SELECT lote_id FROM tiss.soma_lote UNION SELECT lote_id FROM tiss.soma_glosa;
    RETURN NULL;
END $$;

-- Always: also where rows come from a replica or a tool that switches triggers off.
DO $$
DECLARE
    tabela text;
    funcao text;
BEGIN
    FOREACH tabela IN ARRAY ARRAY['guia_tiss_envio', 'glosa', 'pagamento', 'recurso_item'] LOOP
        funcao := CASE tabela WHEN 'guia_tiss_envio' THEN 'vencer_do_envio' ELSE 'vencer_do_que_e_do_envio' END;
        EXECUTE format(
            'CREATE TRIGGER vence_inserido AFTER INSERT ON tiss.%1$I REFERENCING NEW TABLE AS mudados
                FOR EACH STATEMENT EXECUTE FUNCTION tiss.%2$I();
            CREATE TRIGGER vence_mudado AFTER UPDATE ON tiss.%1$I
                REFERENCING OLD TABLE AS antigos NEW TABLE AS mudados
                FOR EACH STATEMENT EXECUTE FUNCTION tiss.%2$I();
            CREATE TRIGGER vence_apagado AFTER DELETE ON tiss.%1$I REFERENCING OLD TABLE AS mudados
                FOR EACH STATEMENT EXECUTE FUNCTION tiss.%2$I();
            CREATE TRIGGER vence_esvaziado AFTER TRUNCATE ON tiss.%1$I
                FOR EACH STATEMENT EXECUTE FUNCTION tiss.vencer_todas();
            ALTER TABLE tiss.%1$I
                ENABLE ALWAYS TRIGGER vence_inserido, ENABLE ALWAYS TRIGGER vence_mudado,
                ENABLE ALWAYS TRIGGER vence_apagado, ENABLE ALWAYS TRIGGER vence_esvaziado',
            tabela, funcao
        );
    END LOOP;
END $$;
CREATE TRIGGER vence_mudada AFTER UPDATE ON tiss.guia REFERENCING OLD TABLE AS antigos NEW TABLE AS mudados
    FOR EACH STATEMENT EXECUTE FUNCTION tiss.vencer_da_guia();
CREATE TRIGGER vence_mudado AFTER UPDATE OF protocolo, data_envio, contrato_id ON tiss.lote
    FOR EACH ROW WHEN (
        (OLD.protocolo IS NULL) <> (NEW.protocolo IS NULL)
        OR OLD.data_envio IS DISTINCT FROM NEW.data_envio
        OR OLD.contrato_id <> NEW.contrato_id
    )
    EXECUTE FUNCTION tiss.vencer_do_lote();
CREATE TRIGGER vence_recorrido AFTER UPDATE OF status ON tiss.lote
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.tipo_guia = 'RECURSO_GLOSA')
    EXECUTE FUNCTION tiss.vencer_do_recurso();
CREATE TRIGGER vence_mudado AFTER UPDATE OF status, lote_id ON tiss.recurso
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.lote_id IS DISTINCT FROM NEW.lote_id)
    EXECUTE FUNCTION tiss.vencer_do_recurso();
CREATE TRIGGER vence_mudado AFTER UPDATE OF fuso, ambiente ON tiss.contrato
    FOR EACH ROW WHEN (OLD.fuso <> NEW.fuso OR OLD.ambiente <> NEW.ambiente)
    EXECUTE FUNCTION tiss.vencer_do_contrato();
ALTER TABLE tiss.guia ENABLE ALWAYS TRIGGER vence_mudada;
ALTER TABLE tiss.lote ENABLE ALWAYS TRIGGER vence_mudado, ENABLE ALWAYS TRIGGER vence_recorrido;
ALTER TABLE tiss.recurso ENABLE ALWAYS TRIGGER vence_mudado;
ALTER TABLE tiss.contrato ENABLE ALWAYS TRIGGER vence_mudado;

-- What is read ------------------------------------------------------------------------------------

-- Those whose sums cannot be used as they were stored.
CREATE VIEW tiss.soma_a_refazer AS
SELECT lote_id FROM tiss.soma_vencida
UNION
SELECT lote_id FROM tiss.soma_lote WHERE current_date < vale_de OR current_date >= vale_antes_de;

-- The glosas of tiss.conciliacao_glosa by lote, whatever was refused by them.
CREATE VIEW tiss.conciliacao_glosa_lote AS
SELECT
    envio.lote_id,
    lote.contrato_id,
    date_trunc('month', lote.data_envio AT TIME ZONE contrato.fuso)::date AS competencia,
    glosa.codigo,
    glosa.nivel,
    count(*) AS glosas,
    count(DISTINCT guia.id) AS guias,
    sum(glosa.valor_rateado) AS valor,
    count(*) FILTER (WHERE glosa.valor_rateado IS NULL) AS sem_valor
FROM tiss.glosa
JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
JOIN tiss.guia ON guia.id = envio.guia_id AND guia.viva
JOIN tiss.lote ON lote.id = envio.lote_id
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE glosa.origem = 'DEMONSTRATIVO_ANALISE'
GROUP BY envio.lote_id, lote.contrato_id, competencia, glosa.codigo, glosa.nivel;

-- OFFSET 0 keeps the planner from joining what it should look up, lote by lote.
CREATE VIEW tiss.conciliacao_soma AS
SELECT
    guardada.lote_id, guardada.contrato_id, guardada.ambiente, guardada.competencia, guardada.guias,
    guardada.guias_em_aberto, guardada.informado, guardada.processado, guardada.liberado, guardada.glosado,
    guardada.franquia, guardada.em_aberto, guardada.diferenca, guardada.pago, guardada.a_pagar,
    guardada.a_receber, guardada.pago_por_recurso, guardada.em_recurso, guardada.recuperado
FROM tiss.soma_lote AS guardada
WHERE NOT EXISTS (SELECT FROM tiss.soma_a_refazer AS outra WHERE outra.lote_id = guardada.lote_id)
UNION ALL
SELECT agora.*
FROM tiss.soma_a_refazer AS refeita
CROSS JOIN LATERAL (
    SELECT
        lote_id, contrato_id, ambiente, competencia, guias, guias_em_aberto, informado, processado, liberado,
        glosado, franquia, em_aberto, diferenca, pago, a_pagar, a_receber, pago_por_recurso, em_recurso,
        recuperado
    FROM tiss.conciliacao_lote
    WHERE lote_id = refeita.lote_id
    OFFSET 0
) AS agora;
COMMENT ON VIEW tiss.conciliacao_soma IS 'tiss.conciliacao_lote to the centavo, without reading every guia';

CREATE VIEW tiss.conciliacao_soma_glosa AS
SELECT
    guardada.lote_id, guardada.contrato_id, guardada.competencia, guardada.codigo, guardada.nivel,
    guardada.glosas, guardada.guias, guardada.valor, guardada.sem_valor
FROM tiss.soma_glosa AS guardada
WHERE NOT EXISTS (SELECT FROM tiss.soma_a_refazer AS outra WHERE outra.lote_id = guardada.lote_id)
UNION ALL
SELECT agora.*
FROM tiss.soma_a_refazer AS refeita
CROSS JOIN LATERAL (
    SELECT lote_id, contrato_id, competencia, codigo, nivel, glosas, guias, valor, sem_valor
    FROM tiss.conciliacao_glosa_lote
    WHERE lote_id = refeita.lote_id
    OFFSET 0
) AS agora;
COMMENT ON VIEW tiss.conciliacao_soma_glosa IS 'tiss.conciliacao_glosa_lote, without reading every glosa';

-- Store the sums that cannot be used any more; return of how many lotes. One at a time: who comes second does nothing.
-- Statement by statement, each seeing what was committed before it: what changes after its mark was taken leaves
-- another one, and is summed twice rather than never. For READ COMMITTED only, where each statement sees anew.
CREATE FUNCTION tiss.refazer_somas() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    lotes bigint[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed'
       OR NOT pg_try_advisory_xact_lock(hashtext('tiss.refazer_somas')) THEN
        RETURN 0;
    END IF;
    WITH tirada AS (DELETE FROM tiss.soma_vencida RETURNING lote_id)
    SELECT array_agg(lote_id) INTO lotes
    FROM (
        SELECT lote_id FROM tirada
        UNION
        SELECT lote_id FROM tiss.soma_lote WHERE current_date < vale_de OR current_date >= vale_antes_de
    ) AS vencida;
    IF lotes IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM tiss.soma_lote WHERE lote_id = ANY (lotes);
    DELETE FROM tiss.soma_glosa WHERE lote_id = ANY (lotes);
    INSERT INTO tiss.soma_lote (
        lote_id, contrato_id, ambiente, competencia, guias, guias_em_aberto, informado, processado, liberado,
        glosado, franquia, em_aberto, diferenca, pago, a_pagar, a_receber, pago_por_recurso, em_recurso,
        recuperado, vale_de, vale_antes_de
    )
    SELECT
        soma.lote_id, soma.contrato_id, soma.ambiente, soma.competencia, soma.guias, soma.guias_em_aberto,
        soma.informado, soma.processado, soma.liberado, soma.glosado, soma.franquia, soma.em_aberto,
        soma.diferenca, soma.pago, soma.a_pagar, soma.a_receber, soma.pago_por_recurso, soma.em_recurso,
        soma.recuperado, coalesce(dias.ultimo, '0001-01-01'), coalesce(dias.proximo, '9999-12-31')
    FROM unnest(lotes) AS refeita (lote_id)
    CROSS JOIN LATERAL (
        SELECT
            lote_id, contrato_id, ambiente, competencia, guias, guias_em_aberto, informado, processado, liberado,
            glosado, franquia, em_aberto, diferenca, pago, a_pagar, a_receber, pago_por_recurso, em_recurso,
            recuperado
        FROM tiss.conciliacao_lote
        WHERE lote_id = refeita.lote_id
        OFFSET 0
    ) AS soma
    CROSS JOIN LATERAL (
        SELECT
            max(data_pagamento) FILTER (WHERE data_pagamento <= current_date) AS ultimo,
            min(data_pagamento) FILTER (WHERE data_pagamento > current_date) AS proximo
        FROM tiss.guia_tiss_envio AS envio
        JOIN tiss.pagamento ON pagamento.envio_id = envio.id
        WHERE envio.lote_id = refeita.lote_id
    ) AS dias;
    INSERT INTO tiss.soma_glosa (
        lote_id, contrato_id, competencia, codigo, nivel, glosas, guias, valor, sem_valor
    )
    SELECT
        soma.lote_id, soma.contrato_id, soma.competencia, soma.codigo, soma.nivel, soma.glosas, soma.guias,
        soma.valor, soma.sem_valor
    FROM unnest(lotes) AS refeita (lote_id)
    CROSS JOIN LATERAL (
        SELECT lote_id, contrato_id, competencia, codigo, nivel, glosas, guias, valor, sem_valor
        FROM tiss.conciliacao_glosa_lote
        WHERE lote_id = refeita.lote_id
        OFFSET 0
    ) AS soma;
    RETURN cardinality(lotes);
END $$;

-- What was billed before.
INSERT INTO tiss.soma_vencida (lote_id) SELECT id FROM tiss.lote WHERE protocolo IS NOT NULL;
DO $$ BEGIN PERFORM tiss.refazer_somas(); END $$;

-- Days of payment, the newest first, without reading every posting.
CREATE INDEX pagamento_por_dia ON tiss.pagamento (contrato_id, data_pagamento) INCLUDE (envio_id, valor_liberado);

GRANT SELECT ON tiss.soma_vencida, tiss.soma_lote, tiss.soma_glosa, tiss.soma_a_refazer, tiss.conciliacao_soma,
    tiss.conciliacao_soma_glosa, tiss.conciliacao_glosa_lote TO tiss_faturamento;
GRANT INSERT, DELETE ON tiss.soma_vencida, tiss.soma_lote, tiss.soma_glosa TO tiss_faturamento;
