-- The lote de guias of a protocolo, locked; where two have it, the one with this number. Params: contrato, protocolo, numero.
SELECT
    id, contrato_id, numero_lote, tipo_guia, status, tentativa, protocolo, liberado, exportado_por,
    prazo < clock_timestamp() AS vencido
FROM tiss.lote
WHERE contrato_id = %(contrato)s AND protocolo = %(protocolo)s AND tipo_guia <> 'RECURSO_GLOSA'
ORDER BY (numero_lote::text = %(numero)s::text) DESC NULLS LAST, id
LIMIT 1
FOR NO KEY UPDATE;
