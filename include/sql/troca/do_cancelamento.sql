-- The last request to cancel a lote, as far as it got.
SELECT
    id, tentativa, canal, quem, pedido, http_status, ultimo_bloco_saiu, falha, resposta,
    fim IS NOT NULL AS respondida
FROM tiss.troca
WHERE lote_id = %(lote)s AND operacao = 'CANCELA_GUIA'
ORDER BY id DESC
LIMIT 1;
