-- Which prepared consultas of a contrato have no live guia yet, in order. Keys only: the view does not
-- compute the rest of a row (items, digest) for consultas that were billed long ago.
-- What the clinic has a result of was billed: only what a person lets be billed again is looked at besides, so that
-- the search costs what is open, not what was ever billed.
-- Materialized, or else other processes are started to help, which takes longer than what they do.
-- Params: clinica, registro_ans, ambiente, inicio (first day billed), desde, ate (optional range of
-- care, both inclusive), consultas (text[], empty = any).
WITH candidata AS MATERIALIZED (
    SELECT consulta.consulta_id, consulta.data_atendimento
    FROM tiss.consulta_preparada AS consulta
    WHERE consulta.clinica_id = %(clinica)s
      AND consulta.registro_ans = %(registro_ans)s
      -- The clinic is told nothing of a rehearsal.
      AND (consulta.resultado IS NULL OR %(ambiente)s <> 'PRODUCAO')
    UNION ALL
    SELECT consulta.consulta_id, consulta.data_atendimento
    FROM tiss.consulta_preparada AS consulta
    WHERE consulta.consulta_id = ANY (ARRAY(
            SELECT solta.consulta_id FROM tiss.a_reapresentar AS solta WHERE solta.ambiente = %(ambiente)s
        ))
      AND consulta.clinica_id = %(clinica)s
      AND consulta.registro_ans = %(registro_ans)s
      AND consulta.resultado IS NOT NULL
      AND %(ambiente)s = 'PRODUCAO'
)

SELECT candidata.consulta_id
FROM candidata
-- Without a date it is not left out: it becomes INVALIDA and says so.
WHERE (candidata.data_atendimento >= %(inicio)s OR candidata.data_atendimento IS NULL)
  AND (%(desde)s::date IS NULL OR candidata.data_atendimento >= %(desde)s)
  AND (%(ate)s::date IS NULL OR candidata.data_atendimento <= %(ate)s)
  AND (cardinality(%(consultas)s::text[]) = 0 OR candidata.consulta_id = ANY (%(consultas)s))
  AND NOT EXISTS (
      SELECT
      FROM tiss.guia
      WHERE guia.consulta_id = candidata.consulta_id
        AND guia.ambiente = %(ambiente)s
        AND guia.viva
  )
  AND NOT EXISTS (
      SELECT
      FROM tiss.retida
      WHERE retida.consulta_id = candidata.consulta_id AND retida.ambiente = %(ambiente)s
  )
ORDER BY candidata.consulta_id;
