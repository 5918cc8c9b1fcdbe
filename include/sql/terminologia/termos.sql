-- The terms asked for, one row per period of validity, oldest first. An open end is NULL.
SELECT
    termo.tabela,
    termo.codigo,
    termo.descricao,
    termo.inicio,
    termo.fim
FROM unnest(%(tabelas)s::text[], %(codigos)s::text[]) AS pedido (tabela, codigo)
JOIN tiss.termo_tuss AS termo USING (tabela, codigo)
ORDER BY termo.tabela, termo.codigo, termo.inicio NULLS FIRST, termo.fim NULLS LAST;
