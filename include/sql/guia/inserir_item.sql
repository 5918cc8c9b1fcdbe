-- One billed item or expense, so that a glosa on an item finds it.
INSERT INTO tiss.guia_item (
    guia_id, sequencial_item, codigo_despesa, codigo_tabela, codigo_procedimento, descricao,
    data_execucao, quantidade, valor_unitario, valor_total, codigo_dente, codigo_regiao,
    dente_face, nome_profissional, conselho_profissional, numero_conselho_profissional,
    uf_profissional
) VALUES (
    %(guia_id)s, %(sequencial_item)s, %(codigo_despesa)s, %(codigo_tabela)s,
    %(codigo_procedimento)s, %(descricao)s, %(data_execucao)s, %(quantidade)s, %(valor_unitario)s,
    %(valor_total)s, %(codigo_dente)s, %(codigo_regiao)s, %(dente_face)s, %(nome_profissional)s,
    %(conselho_profissional)s, %(numero_conselho_profissional)s, %(uf_profissional)s
);
