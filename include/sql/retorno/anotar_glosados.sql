-- What analyses refuse of guias, and since when at the latest. Params: glosados (json), dia.
INSERT INTO tiss.glosado_desde (envio_id, valor_glosado, desde)
SELECT glosado.envio, glosado.valor, %(dia)s
FROM jsonb_to_recordset(%(glosados)s::jsonb) AS glosado (envio bigint, valor numeric)
ORDER BY glosado.envio
ON CONFLICT (envio_id, valor_glosado) DO UPDATE
SET desde = least(glosado_desde.desde, excluded.desde)
WHERE glosado_desde.desde > excluded.desde;
