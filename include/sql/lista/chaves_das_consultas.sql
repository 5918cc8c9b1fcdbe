-- The consulta_id of all that waits to be billed and a filter finds, in order. Params: those of lista/consultas, without
-- page; limite.
SELECT espera.consulta_id
FROM tiss.em_espera(%(ambiente)s) AS espera
WHERE (cardinality(%(operadoras)s::text[]) = 0 OR espera.registro_ans = ANY (%(operadoras)s))
  AND (cardinality(%(clinicas)s::text[]) = 0 OR espera.clinica_id = ANY (%(clinicas)s))
  AND (%(desde)s::date IS NULL OR espera.dia >= %(desde)s)
  AND (%(ate)s::date IS NULL OR espera.dia <= %(ate)s)
  AND (%(busca)s::text IS NULL OR espera.consulta_id = %(busca)s)
  AND (%(situacao)s::text IS NULL OR espera.com_problemas = (%(situacao)s = 'COM_PROBLEMAS'))
ORDER BY espera.consulta_id
LIMIT %(limite)s;
