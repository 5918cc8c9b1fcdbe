-- The digest: what has happened since the last one that was delivered, and what it said.
-- depends: 0006_recurso

CREATE TABLE tiss.digesto (
    unico boolean PRIMARY KEY DEFAULT true CHECK (unico),
    entregue_em timestamptz
);
COMMENT ON TABLE tiss.digesto IS 'One row: locked while a digest is made, so that no two tell the same';
COMMENT ON COLUMN tiss.digesto.entregue_em IS 'When one last left; null: never yet';
INSERT INTO tiss.digesto DEFAULT VALUES;

-- A row that is there has not been told: no clock, and no number that another transaction may still fill in.
CREATE TABLE tiss.novidade (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    objeto text NOT NULL CHECK (objeto IN ('guia', 'pagamento', 'recurso', 'divergencia')),
    objeto_id bigint NOT NULL
);
COMMENT ON TABLE tiss.novidade IS
    'What no digest has told: guias with a new verdict, postings, answers to recursos, divergences';

CREATE TABLE tiss.dito (
    chave text PRIMARY KEY,
    desde timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tiss.dito IS 'What waits for a person and was told; it goes when it no longer waits';

CREATE FUNCTION tiss.anotar_novidade() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tiss.novidade (objeto, objeto_id) VALUES (TG_TABLE_NAME, NEW.id);
    RETURN NULL;
END $$;
-- HOMOLOGACAO is a rehearsal.
CREATE TRIGGER guia_respondida AFTER UPDATE OF status, valor_liberado, valor_glosado ON tiss.guia
    FOR EACH ROW WHEN (
        NEW.ambiente = 'PRODUCAO'
        AND NEW.status IN ('AUTORIZADA', 'NEGADA')
        AND (OLD.status, OLD.valor_liberado, OLD.valor_glosado)
            IS DISTINCT FROM (NEW.status, NEW.valor_liberado, NEW.valor_glosado)
    )
    EXECUTE FUNCTION tiss.anotar_novidade();
CREATE TRIGGER pagamento_lancado AFTER INSERT ON tiss.pagamento
    FOR EACH ROW WHEN (NEW.envio_id IS NOT NULL) EXECUTE FUNCTION tiss.anotar_novidade();
CREATE TRIGGER recurso_respondido AFTER UPDATE OF status ON tiss.recurso
    FOR EACH ROW WHEN (NEW.status = 'RESPONDIDO' AND OLD.status <> 'RESPONDIDO')
    EXECUTE FUNCTION tiss.anotar_novidade();
CREATE TRIGGER divergencia_aberta AFTER INSERT ON tiss.divergencia
    FOR EACH ROW EXECUTE FUNCTION tiss.anotar_novidade();

GRANT SELECT, UPDATE ON tiss.digesto TO tiss_faturamento;
GRANT SELECT, INSERT, DELETE ON tiss.novidade, tiss.dito TO tiss_faturamento;
