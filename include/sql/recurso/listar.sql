-- Recursos of contratos, the newest last. Params: contratos, status (text[], empty = any).
SELECT id FROM tiss.recurso
WHERE contrato_id = ANY (%(contratos)s)
  AND (cardinality(%(status)s::text[]) = 0 OR status = ANY (%(status)s))
ORDER BY id;
