-- Which prepared consultas of a contrato have no live guia yet, in order. Keys only: the view does not
-- compute the rest of a row (items, digest) for consultas that were billed long ago.
-- Params: clinica, registro_ans, ambiente, inicio (first day billed), desde, ate (optional range of
-- care, both inclusive), consultas (text[], empty = any).
SELECT consulta.consulta_id
FROM tiss.consulta_preparada AS consulta
WHERE consulta.clinica_id = %(clinica)s
  AND consulta.registro_ans = %(registro_ans)s
  -- Without a date it is not left out: it becomes INVALIDA and says so.
  AND (consulta.data_atendimento >= %(inicio)s OR consulta.data_atendimento IS NULL)
  AND (%(desde)s::date IS NULL OR consulta.data_atendimento >= %(desde)s)
  AND (%(ate)s::date IS NULL OR consulta.data_atendimento <= %(ate)s)
  AND (cardinality(%(consultas)s::text[]) = 0 OR consulta.consulta_id = ANY (%(consultas)s))
  AND NOT EXISTS (
      SELECT
      FROM tiss.guia
      WHERE guia.consulta_id = consulta.consulta_id
        AND guia.ambiente = %(ambiente)s
        AND guia.viva
  )
  AND NOT EXISTS (
      SELECT
      FROM tiss.retida
      WHERE retida.consulta_id = consulta.consulta_id AND retida.ambiente = %(ambiente)s
  )
ORDER BY consulta.consulta_id;
