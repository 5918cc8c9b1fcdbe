-- Guias that have not left and whose consulta the view no longer offers to this contrato (withdrawn, or
-- moved to another clinic, operadora or to before the first day billed) become INVALIDA. They are built
-- again when some contrato is offered it: an empty digest differs from any.
-- Params: contrato, clinica, registro_ans, inicio, problemas.
WITH parada AS MATERIALIZED (
    SELECT guia.id, guia.consulta_id
    FROM tiss.guia
    WHERE guia.contrato_id = %(contrato)s
      AND guia.viva
      AND guia.status IN ('INVALIDA', 'GERADA')
      AND guia.digest <> ''
      AND NOT EXISTS (
          SELECT FROM tiss.guia_tiss_envio AS envio WHERE envio.guia_id = guia.id AND envio.viva
      )
),
oferecida AS MATERIALIZED (
    -- By key, so that the view computes these rows and no others.
    SELECT consulta.consulta_id
    FROM tiss.consulta_preparada AS consulta
    WHERE consulta.consulta_id = ANY (ARRAY(SELECT parada.consulta_id FROM parada))
      AND consulta.clinica_id = %(clinica)s
      AND consulta.registro_ans = %(registro_ans)s
      AND (consulta.data_atendimento >= %(inicio)s OR consulta.data_atendimento IS NULL)
)
UPDATE tiss.guia
SET status = 'INVALIDA', problemas = %(problemas)s, digest = ''
FROM parada
WHERE guia.id = parada.id
  -- NOT EXISTS would be a join, and the planner, which expects one row on either side, compares each with each.
  AND parada.consulta_id NOT IN (SELECT oferecida.consulta_id FROM oferecida);
