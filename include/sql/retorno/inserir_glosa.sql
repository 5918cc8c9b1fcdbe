-- One motive of refusal.
INSERT INTO tiss.glosa (
    envio_id, protocolo, nivel, sequencial_item, codigo, descricao, valor_declarado,
    valor_rateado, origem, posicao
) VALUES (
    %(envio)s, %(protocolo)s, %(nivel)s, %(sequencial_item)s, %(codigo)s, %(descricao)s,
    %(valor_declarado)s, %(valor_rateado)s, 'DEMONSTRATIVO_ANALISE', %(posicao)s
);
