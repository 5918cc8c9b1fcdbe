-- Of the tables asked for, those that have any term here.
SELECT pedida.tabela
FROM unnest(%(tabelas)s::text[]) AS pedida (tabela)
WHERE EXISTS (SELECT FROM tiss.termo_tuss AS termo WHERE termo.tabela = pedida.tabela);
