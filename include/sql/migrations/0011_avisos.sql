-- What nobody was told of: steps that fail before there is a lote to tell it by, and consultas that are passed over.
-- depends: 0010_indices

CREATE TABLE tiss.falha (
    etapa text NOT NULL CHECK (etapa IN ('PREPARO', 'MONTAGEM', 'CONFERENCIA', 'GRAVACAO')),
    contrato_id integer REFERENCES tiss.contrato,
    -- A name and nothing else: what an error says may quote anything.
    erro text NOT NULL CHECK (erro ~ '^[A-Za-z_][A-Za-z0-9_]*$'),
    desde timestamptz NOT NULL DEFAULT now(),
    ultima timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (etapa, contrato_id)
);
COMMENT ON TABLE tiss.falha IS 'Steps of the DAGs that fail; the next time that one goes well takes its row away';
COMMENT ON COLUMN tiss.falha.contrato_id IS 'Null: the step is of all contratos at once';
COMMENT ON COLUMN tiss.falha.erro IS 'Class of the last error';

CREATE TABLE tiss.esquecida (
    contrato_id integer PRIMARY KEY REFERENCES tiss.contrato,
    consultas integer NOT NULL CHECK (consultas > 0),
    desde timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tiss.esquecida IS
    'How many consultas the last night found with a resultado of the clinic and without a guia: no night bills them';
COMMENT ON COLUMN tiss.esquecida.desde IS 'When there were last more of them than the night before';

-- Whether a consulta ever had a guia is asked by its key; few ended.
CREATE INDEX guia_encerrada_por_consulta ON tiss.guia (consulta_id, ambiente) WHERE NOT viva;

GRANT SELECT, INSERT, UPDATE, DELETE ON tiss.falha, tiss.esquecida TO tiss_faturamento;
