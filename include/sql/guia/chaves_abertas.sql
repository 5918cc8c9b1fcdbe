-- Consultas of a contrato whose guia has not left and may have to be built again, in order. Which contrato
-- a consulta belongs to is what the view says now: it may have moved to another clinic or operadora since
-- its guia was built. A guia counts as not left while it is in no live sending. One that is GERADA enters
-- a lote in every run, so in every run it has to be up to date: only INVALIDA ones are chosen.
-- Params: ambiente, clinica, registro_ans, consultas (text[], empty = any).
SELECT consulta.consulta_id
FROM tiss.consulta_preparada AS consulta
WHERE consulta.consulta_id = ANY (ARRAY(
        SELECT guia.consulta_id
        FROM tiss.guia
        WHERE guia.viva
          AND guia.status IN ('INVALIDA', 'GERADA')
          AND guia.ambiente = %(ambiente)s
          AND (
              guia.status = 'GERADA'
              OR cardinality(%(consultas)s::text[]) = 0
              OR guia.consulta_id = ANY (%(consultas)s)
          )
          AND NOT EXISTS (
              SELECT FROM tiss.guia_tiss_envio AS envio WHERE envio.guia_id = guia.id AND envio.viva
          )
    ))
  AND consulta.clinica_id = %(clinica)s
  AND consulta.registro_ans = %(registro_ans)s
ORDER BY consulta.consulta_id;
