-- Write results to the clinic by the function that it adapted to its own tables.
SELECT tiss.gravar_resultado(escrita.consulta_id, escrita.resultado)
FROM unnest(%(consultas)s::text[], %(resultados)s::jsonb[]) AS escrita (consulta_id, resultado);
