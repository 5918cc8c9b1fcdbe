-- How many consultas of each contrato no night bills; fewer than before is no news.
-- Params: contratos (integer[]), consultas (integer[], how many of each).
INSERT INTO tiss.esquecida (contrato_id, consultas)
SELECT contada.contrato_id, contada.consultas
FROM unnest(%(contratos)s::integer[], %(consultas)s::integer[]) AS contada (contrato_id, consultas)
ON CONFLICT (contrato_id) DO UPDATE SET
    consultas = EXCLUDED.consultas,
    desde = CASE WHEN EXCLUDED.consultas > esquecida.consultas THEN EXCLUDED.desde ELSE esquecida.desde END;
