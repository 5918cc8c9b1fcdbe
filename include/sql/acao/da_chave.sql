-- What was asked under a key before, and how it ended.
SELECT pedido_sha256, situacao, resposta
FROM tiss.acao
WHERE quem = %(quem)s AND chave = %(chave)s;
