-- Drafts that wait for a person, of contratos, those with the shortest time first. Params: contratos, protocolos,
-- codigos (text[], empty = any).
SELECT recurso.id
FROM tiss.recurso
LEFT JOIN tiss.conciliacao_recurso AS glosa
    ON glosa.recurso_id = recurso.id
    -- By key, so that the view looks at no other.
    AND glosa.envio_id = ANY (ARRAY(
        SELECT item.envio_id
        FROM tiss.recurso_item AS item
        JOIN tiss.recurso AS aberto ON aberto.id = item.recurso_id
        WHERE aberto.status = 'RASCUNHO' AND aberto.contrato_id = ANY (%(contratos)s)
    ))
WHERE recurso.status = 'RASCUNHO'
  AND recurso.contrato_id = ANY (%(contratos)s)
  AND (cardinality(%(protocolos)s::text[]) = 0 OR glosa.protocolo = ANY (%(protocolos)s))
  AND (cardinality(%(codigos)s::text[]) = 0 OR glosa.codigo = ANY (%(codigos)s))
GROUP BY recurso.id
HAVING count(glosa.recurso_id) > 0
ORDER BY min(glosa.prazo) NULLS LAST, recurso.id;
