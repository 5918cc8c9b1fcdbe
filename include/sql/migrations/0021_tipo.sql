-- By type and operadora together, what waits is found in the order of its index too.
-- depends: 0020_filtros

-- The same rows as before.
SET LOCAL check_function_bodies = off;
CREATE OR REPLACE FUNCTION tiss.em_espera(
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
      -- Of a type that the view computes nothing is known: as an equality it is taken for so rare (1 in 200) that all
      -- is read and sorted for a page. Inside of coalesce it is taken for every second row, and the index is walked.
      AND (cardinality(tipos) = 0 OR coalesce(espera.tipo_guia = ANY (tipos), false))
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
