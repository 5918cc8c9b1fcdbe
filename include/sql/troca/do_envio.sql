-- The exchange of a lote's attempt, as far as it got.
SELECT id, tentativa, canal, quem, pedido, http_status, ultimo_bloco_saiu, falha, resposta, fim IS NOT NULL AS respondida
FROM tiss.troca
WHERE lote_id = %(lote)s AND tentativa = %(tentativa)s AND operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA')
ORDER BY id DESC
LIMIT 1;
