-- Operadoras of the ANS registry, in bulk.
COPY tiss.operadora_ans (
    fonte, registro_ans, razao_social, nome_fantasia, cnpj, modalidade, uf, registrada_em
) FROM STDIN;
