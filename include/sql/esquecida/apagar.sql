-- These contratos were looked at and have none. Params: contratos (integer[]).
DELETE FROM tiss.esquecida WHERE contrato_id = ANY (%(contratos)s::integer[]);
