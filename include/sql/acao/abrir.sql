-- Note what a person asks for; no row when the same person used the key before.
INSERT INTO tiss.acao (quem, o_que, lote_id, guia_id, contrato_id, recurso_id, motivo, chave, pedido_sha256)
VALUES (
    %(quem)s, %(o_que)s, %(lote_id)s, %(guia_id)s, %(contrato_id)s, %(recurso_id)s, %(motivo)s, %(chave)s,
    %(pedido_sha256)s
)
ON CONFLICT (quem, chave) DO NOTHING
RETURNING id;
