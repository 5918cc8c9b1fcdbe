-- The state of a lote, locked until the end of the transaction.
SELECT
    id, contrato_id, numero_lote, tipo_guia, status, tentativa, protocolo, liberado, exportado_por,
    prazo < clock_timestamp() AS vencido
FROM tiss.lote
WHERE id = %(lote)s
FOR NO KEY UPDATE;
