-- Descriptions of motives of glosa. One row per code asked for.
SELECT pedida.codigo, tiss.descricao_glosa(pedida.codigo) AS descricao
FROM unnest(%(codigos)s::text[]) AS pedida (codigo);
