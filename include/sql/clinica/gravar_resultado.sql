-- What the billing tells the clinic about an attendance. An adopter rewrites the body over their own
-- tables. It may be called again with the same or with a newer result, and has to fail, not to stay
-- silent, when it finds nothing to write to.
-- resultado: status, numero_guia_prestador, valor_informado, valor_processado, valor_liberado,
-- valor_glosado, glosa_parcial, glosas [{nivel, sequencial_item, codigo, descricao, valor}], and
-- valor_recuperado: of valor_glosado, what the operadora granted to a recurso.

CREATE OR REPLACE FUNCTION tiss.gravar_resultado(consulta_id text, resultado jsonb) RETURNS void
LANGUAGE plpgsql
-- The billing role writes results through this function alone and has no right on the clinic's tables.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE clinica.consulta
    SET status_tiss = resultado ->> 'status',
        -- What comes in, and what is lost for good.
        valor_liberado = (resultado ->> 'valor_liberado')::numeric
            + coalesce((resultado ->> 'valor_recuperado')::numeric, 0),
        valor_glosado = (resultado ->> 'valor_glosado')::numeric
            - coalesce((resultado ->> 'valor_recuperado')::numeric, 0),
        numero_guia = resultado ->> 'numero_guia_prestador',
        glosas = resultado -> 'glosas',
        resultado_em = now()
    WHERE consulta.id::text = gravar_resultado.consulta_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a consulta % não existe na clínica', gravar_resultado.consulta_id
            USING ERRCODE = 'no_data_found';
    END IF;
END $$;

COMMENT ON FUNCTION tiss.gravar_resultado(text, jsonb) IS
    'Grava na clínica o resultado de um atendimento faturado; falha quando o atendimento não existe.';

REVOKE ALL ON FUNCTION tiss.gravar_resultado(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tiss.gravar_resultado(text, jsonb) TO tiss_faturamento;
