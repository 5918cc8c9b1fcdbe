-- The exchanges about a lote, the newest first.
SELECT
    id,
    operacao,
    canal,
    tentativa,
    quem,
    inicio,
    fim,
    http_status,
    ultimo_bloco_saiu,
    falha,
    desfecho,
    length(pedido) AS enviados,
    length(resposta) AS recebidos
FROM tiss.troca
WHERE lote_id = %(lote)s
ORDER BY id DESC
LIMIT 200;
