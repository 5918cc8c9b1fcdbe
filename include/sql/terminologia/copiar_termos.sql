-- Terms of TUSS tables, in bulk.
COPY tiss.termo_tuss (fonte, tabela, codigo, descricao, inicio, fim) FROM STDIN;
