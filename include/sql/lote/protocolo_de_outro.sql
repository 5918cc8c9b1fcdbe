-- The lote that already has this protocolo, of the same contrato or (de_todos) of any with the same operadora. Recursos
-- are numbered apart. Params: contrato, lote, protocolo, recurso, de_todos.
SELECT
    outro.numero_lote,
    prestador.nome AS prestador
FROM tiss.contrato AS este
JOIN tiss.contrato AS dela
    ON dela.registro_ans = este.registro_ans
    AND dela.ambiente = este.ambiente
    AND (dela.id = este.id OR %(de_todos)s)
JOIN tiss.prestador ON prestador.id = dela.prestador_id
JOIN tiss.lote AS outro ON outro.contrato_id = dela.id AND outro.protocolo = %(protocolo)s
WHERE este.id = %(contrato)s
  AND outro.id <> %(lote)s
  AND (outro.tipo_guia = 'RECURSO_GLOSA') = %(recurso)s
LIMIT 1;
