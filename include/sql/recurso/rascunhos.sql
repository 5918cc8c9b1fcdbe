-- Drafts that wait for a person, of contratos, those with the shortest time first. Params: contratos, protocolos,
-- codigos (text[], empty = any).
SELECT recurso.id
FROM tiss.recurso
LEFT JOIN tiss.conciliacao_recurso AS glosa ON glosa.recurso_id = recurso.id
WHERE recurso.status = 'RASCUNHO'
  AND recurso.contrato_id = ANY (%(contratos)s)
  AND (cardinality(%(protocolos)s::text[]) = 0 OR glosa.protocolo = ANY (%(protocolos)s))
  AND (cardinality(%(codigos)s::text[]) = 0 OR glosa.codigo = ANY (%(codigos)s))
GROUP BY recurso.id
HAVING count(glosa.recurso_id) > 0
ORDER BY min(glosa.prazo) NULLS LAST, recurso.id;
