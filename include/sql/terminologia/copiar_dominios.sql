-- Values of the enumerated types of a version, in bulk.
COPY tiss.dominio (fonte, versao_tiss, dominio, codigo, descricao) FROM STDIN;
