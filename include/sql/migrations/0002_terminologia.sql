-- The words behind the codes of the standard: TUSS, small domains, motives of glosa, operadoras.
-- `tiss banco terminologia` fills these tables from sources whose sha256 the project pins, each
-- source as a whole. Rows of a source that it does not know are somebody else's: it leaves them.

CREATE TABLE tiss.terminologia_fonte (
    nome text PRIMARY KEY CHECK (nome <> ''),
    origem text NOT NULL,
    sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    linhas integer,
    carregada_em timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tiss.terminologia_fonte IS
    'Where rows of terminology came from. A clinic adds its own source to add its own terms';
COMMENT ON COLUMN tiss.terminologia_fonte.sha256 IS
    'Of the file loaded; NULL when a person added it';
COMMENT ON COLUMN tiss.terminologia_fonte.linhas IS 'How many rows that file brought';

CREATE TABLE tiss.termo_tuss (
    tabela text NOT NULL CHECK (tabela ~ '^[0-9]{2}$'),
    codigo text NOT NULL CHECK (codigo <> ''),
    fonte text NOT NULL REFERENCES tiss.terminologia_fonte ON DELETE CASCADE,
    inicio date,
    fim date,
    descricao text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (tabela, codigo, fonte, inicio),
    CHECK (fim >= inicio)
);
COMMENT ON TABLE tiss.termo_tuss IS
    'Terms of the numbered tables (18, 19, 20, 22, 24, 38...), one row per period of validity. '
    'Terms that ended before the source was made are not in it';
COMMENT ON COLUMN tiss.termo_tuss.inicio IS 'First day of validity; NULL when not stated';
COMMENT ON COLUMN tiss.termo_tuss.fim IS 'Last day of validity; NULL while it has none';

CREATE TABLE tiss.dominio (
    dominio text NOT NULL CHECK (dominio <> ''),
    codigo text NOT NULL,
    versao_tiss text NOT NULL,
    fonte text NOT NULL REFERENCES tiss.terminologia_fonte ON DELETE CASCADE,
    descricao text,
    PRIMARY KEY (dominio, codigo, versao_tiss)
);
COMMENT ON TABLE tiss.dominio IS
    'What each version of the XSD accepts in its enumerated types; dominio as the XSD spells it';
COMMENT ON COLUMN tiss.dominio.descricao IS 'From the comments of the XSD; NULL without one';

CREATE TABLE tiss.operadora_ans (
    registro_ans text NOT NULL CHECK (registro_ans ~ '^[0-9]{6}$'),
    fonte text NOT NULL REFERENCES tiss.terminologia_fonte ON DELETE CASCADE,
    razao_social text NOT NULL,
    nome_fantasia text,
    cnpj text,
    modalidade text,
    uf text,
    registrada_em date,
    PRIMARY KEY (registro_ans, fonte)
);
COMMENT ON TABLE tiss.operadora_ans IS
    'Active operadoras of the ANS registry. tiss.operadora has those that the clinic bills';

-- Every motive of glosa known here. An operadora may answer any of them; what leaves here, as in a
-- recurso, is limited to those that are current and that the XSD of the version accepts.
CREATE VIEW tiss.motivo_glosa AS
WITH tabela_38 AS (
    SELECT
        termo.codigo,
        (array_agg(
            termo.descricao ORDER BY termo.inicio DESC NULLS LAST, termo.fim DESC NULLS FIRST
        ))[1] AS descricao,
        bool_or(
            coalesce(termo.inicio <= current_date, true)
            AND coalesce(termo.fim >= current_date, true)
        ) AS vigente
    FROM tiss.termo_tuss AS termo
    WHERE termo.tabela = '38'
    GROUP BY termo.codigo
), xsd AS (
    SELECT
        dominio.codigo,
        (array_agg(dominio.descricao ORDER BY dominio.versao_tiss DESC))[1] AS descricao,
        array_agg(dominio.versao_tiss ORDER BY dominio.versao_tiss) AS versoes
    FROM tiss.dominio
    WHERE dominio.dominio = 'dm_tipoGlosa' AND dominio.codigo <> ''
    GROUP BY dominio.codigo
)
SELECT
    codigo,
    coalesce(tabela_38.descricao, xsd.descricao) AS descricao,
    coalesce(tabela_38.vigente, false) AS vigente,
    coalesce(xsd.versoes, '{}') AS versoes
FROM tabela_38
FULL JOIN xsd USING (codigo);
COMMENT ON VIEW tiss.motivo_glosa IS
    'Tabela 38: vigente is true for the current codes, versoes are those of the XSD that accept it';

-- The same description for one code, without building the whole list: for screens and results.
CREATE FUNCTION tiss.descricao_glosa(codigo text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
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

GRANT SELECT ON
    tiss.terminologia_fonte, tiss.termo_tuss, tiss.dominio, tiss.operadora_ans, tiss.motivo_glosa
    TO tiss_faturamento;
