-- The consulta_id of all that waits to be billed and a filter finds, in order. Params: those of tiss.em_espera, as in
-- lista/consultas; limite.
SELECT espera.consulta_id
FROM tiss.em_espera(
    %(ambiente)s, %(situacao)s, %(operadoras)s, %(desde)s, %(ate)s, %(busca)s,
    %(tipos)s, %(profissional)s, %(problema)s
) AS espera
ORDER BY espera.consulta_id
LIMIT %(limite)s;
