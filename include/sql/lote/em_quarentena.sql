-- Until when a lote in doubt may not be sent again; null when that time has passed. It counts from
-- the last exchange: our request may still be queued over there.
SELECT CASE WHEN ate > now() THEN ate END AS ate
FROM (
    SELECT max(coalesce(
        -- Of an exchange whose end nobody saw: when it may have left at the latest.
        troca.fim, lote.prazo, troca.inicio + make_interval(secs => contrato.segundos_total)
    )) + contrato.quarentena AS ate
    FROM tiss.lote
    JOIN tiss.contrato ON contrato.id = lote.contrato_id
    LEFT JOIN tiss.troca ON troca.lote_id = lote.id AND troca.operacao IN ('ENVIO_LOTE_GUIAS', 'CANCELA_GUIA')
    WHERE lote.id = %(lote)s
    GROUP BY contrato.quarentena
) AS quarentena;
