-- Whether an attempt was turned away for its token. Params: lote, operacao, tentativa.
SELECT http_status = 401
FROM tiss.troca
WHERE lote_id = %(lote)s AND tentativa = %(tentativa)s AND operacao = %(operacao)s
ORDER BY id DESC
LIMIT 1;
