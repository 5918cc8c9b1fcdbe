-- What waits to be billed is found in the order of its days, a page at a time.
-- depends: 0017_configuracao

-- The same rows as before. Guia and contrato are looked up for each consulta, and what is told of them is a
-- boolean: the planner guessed that next to nothing waits, and read and sorted everything for one page.
SET LOCAL check_function_bodies = off;
CREATE OR REPLACE FUNCTION tiss.em_espera(qual_ambiente text) RETURNS TABLE (
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
