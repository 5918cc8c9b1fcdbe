-- What waits to be billed is found by type of guia, professional and problem too.
-- depends: 0019_historia

-- As people type a name: without capitals and accents.
CREATE FUNCTION tiss.sem_acento(texto text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(lower(texto), 'áàâãäéèêëíìîïóòôõöúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn')
$$;

-- The same rows as before, with whose they are and of what type: columns that nobody asks for are not read.
SET LOCAL check_function_bodies = off;
DROP FUNCTION tiss.em_espera(text);
CREATE FUNCTION tiss.em_espera(qual_ambiente text) RETURNS TABLE (
    consulta_id text, clinica_id text, registro_ans text, dia date, tipo_guia text, nome_profissional text,
    guia_id bigint, com_problemas boolean, problemas jsonb
) LANGUAGE sql STABLE AS $$
    SELECT
        consulta.consulta_id,
        consulta.clinica_id,
        consulta.registro_ans,
        -- Without a day it has a problem, and is looked at first.
        coalesce(consulta.data_atendimento, '9999-12-31'),
        consulta.tipo_guia,
        consulta.nome_profissional,
        guia.id,
        guia.invalida IS TRUE,
        coalesce(guia.problemas, '[]')
    FROM tiss.consulta_preparada AS consulta
    LEFT JOIN (
        SELECT prestador.clinica_id, contrato.registro_ans, contrato.faturar_a_partir_de
        FROM tiss.contrato
        JOIN tiss.prestador ON prestador.id = contrato.prestador_id
        WHERE contrato.ambiente = qual_ambiente
    ) AS inicio ON inicio.clinica_id = consulta.clinica_id AND inicio.registro_ans = consulta.registro_ans
    LEFT JOIN LATERAL (
        SELECT
            viva.id,
            viva.problemas,
            viva.status = 'INVALIDA' AS invalida,
            viva.status NOT IN ('INVALIDA', 'GERADA') OR EXISTS (
                SELECT FROM tiss.guia_tiss_envio AS envio WHERE envio.guia_id = viva.id AND envio.viva
            ) AS saiu
        FROM tiss.guia AS viva
        WHERE viva.consulta_id = consulta.consulta_id AND viva.ambiente = qual_ambiente AND viva.viva
        -- There is one at most; said so, it is looked up and not joined.
        LIMIT 1
    ) AS guia ON true
    WHERE (consulta.resultado IS NULL OR qual_ambiente <> 'PRODUCAO')
      -- What is older than its contrato is not billed.
      AND (consulta.data_atendimento < inicio.faturar_a_partir_de) IS NOT TRUE
      AND guia.saiu IS NOT TRUE
$$;

-- Of these, what a person looks for: null and {} leave a filter out. problema: a part of what makes a guia INVALIDA.
CREATE FUNCTION tiss.em_espera(
    qual_ambiente text, situacao text, operadoras text[], desde date, ate date, busca text,
    tipos text[], profissional text, problema jsonb
) RETURNS TABLE (
    consulta_id text, dia date, tipo_guia text, guia_id bigint, com_problemas boolean, problemas jsonb
) LANGUAGE sql STABLE AS $$
    SELECT
        espera.consulta_id,
        espera.dia,
        espera.tipo_guia,
        espera.guia_id,
        espera.com_problemas,
        espera.problemas
    FROM tiss.em_espera(qual_ambiente) AS espera
    WHERE (situacao IS NULL OR espera.com_problemas = (situacao = 'COM_PROBLEMAS'))
      AND (cardinality(operadoras) = 0 OR espera.registro_ans = ANY (operadoras))
      AND (desde IS NULL OR espera.dia >= desde)
      AND (ate IS NULL OR espera.dia <= ate)
      AND (busca IS NULL OR espera.consulta_id = busca)
      AND (cardinality(tipos) = 0 OR espera.tipo_guia = ANY (tipos))
      AND (
          profissional IS NULL
          OR position(tiss.sem_acento(profissional) IN tiss.sem_acento(espera.nome_profissional)) > 0
      )
      -- The few that have problems are looked up, not met while all is read.
      AND (
          (problema IS NULL AND situacao IS DISTINCT FROM 'COM_PROBLEMAS')
          OR espera.consulta_id = ANY (ARRAY(
              SELECT guia.consulta_id
              FROM tiss.guia
              WHERE guia.status = 'INVALIDA' AND guia.viva AND guia.ambiente = qual_ambiente
                AND (problema IS NULL OR guia.problemas @> jsonb_build_array(problema))
          ))
      )
$$;
