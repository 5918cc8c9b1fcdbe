-- The request of an exchange, written before anything leaves.
INSERT INTO tiss.troca (
    operacao, canal, contrato_id, lote_id, tentativa, quem, pedido, pedido_sha256, protocolos
) VALUES (
    %(operacao)s, %(canal)s, %(contrato)s, %(lote)s, %(tentativa)s, %(quem)s, %(pedido)s, %(sha256)s,
    %(protocolos)s
)
RETURNING id;
