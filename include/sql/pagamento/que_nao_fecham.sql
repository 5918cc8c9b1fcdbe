-- The guias of a lote that were paid something else than what was released of them.
SELECT
    envio.guia_id AS guia,
    envio.valor_liberado AS liberado,
    sum(pagamento.valor_liberado) AS pago
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.pagamento ON pagamento.envio_id = envio.id AND NOT pagamento.recurso
WHERE envio.lote_id = %(lote)s AND envio.viva AND envio.resultado IS NOT NULL
GROUP BY envio.guia_id, envio.valor_liberado
HAVING sum(pagamento.valor_liberado) > 0 AND sum(pagamento.valor_liberado) <> envio.valor_liberado
ORDER BY envio.guia_id;
