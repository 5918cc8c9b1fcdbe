-- Params: contratos (integer[], null = all).
DELETE FROM tiss.recurso_retido
WHERE %(contratos)s::integer[] IS NULL OR contrato_id = ANY (%(contratos)s);
