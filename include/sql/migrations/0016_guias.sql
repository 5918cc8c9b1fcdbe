-- What people look for among all guias and glosas, found without reading the others.
-- depends: 0014_telas

CREATE INDEX guia_por_operadora ON tiss.guia (registro_ans, status, id);
CREATE INDEX guia_por_dia ON tiss.guia (data_atendimento, status, id) INCLUDE (registro_ans);
-- The live one of a consulta has an index of its own.
CREATE INDEX guia_encerrada_da_consulta ON tiss.guia (consulta_id) WHERE NOT viva;

-- A guia is looked for by the code of a glosa, the newest first: what a sending never changes stands beside it.
ALTER TABLE tiss.glosa ADD COLUMN guia_id bigint REFERENCES tiss.guia;
COMMENT ON COLUMN tiss.glosa.guia_id IS 'Of its sending; kept by a trigger';
UPDATE tiss.glosa SET guia_id = envio.guia_id FROM tiss.guia_tiss_envio AS envio WHERE envio.id = glosa.envio_id;
ALTER TABLE tiss.glosa ALTER COLUMN guia_id SET NOT NULL;
CREATE FUNCTION tiss.guia_da_glosa() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT envio.guia_id INTO NEW.guia_id FROM tiss.guia_tiss_envio AS envio WHERE envio.id = NEW.envio_id;
    RETURN NEW;
END $$;
CREATE TRIGGER guia_da_glosa BEFORE INSERT ON tiss.glosa
    FOR EACH ROW EXECUTE FUNCTION tiss.guia_da_glosa();
CREATE INDEX glosa_por_codigo ON tiss.glosa (codigo, guia_id) INCLUDE (envio_id) WHERE origem = 'DEMONSTRATIVO_ANALISE';
CREATE INDEX glosa_por_codigo_e_id ON tiss.glosa (codigo, id);

CREATE INDEX acao_recurso ON tiss.acao (recurso_id, id) WHERE recurso_id IS NOT NULL;
