-- What still waits, for whom, and for how many seconds at least. One row.
SELECT
    (SELECT count(*) FROM tiss.lote WHERE lote.status = 'PENDENTE') AS por_enviar,
    (SELECT count(*) FROM tiss.lote WHERE lote.status = 'ENVIANDO') AS enviando,
    (SELECT count(*) FROM tiss.lote WHERE lote.status = 'ENVIADO') AS sem_resposta,
    (SELECT count(*) FROM tiss.guia WHERE NOT guia.resultado_gravado) AS por_gravar,
    (
        SELECT coalesce(extract(epoch FROM max(lote.prazo) - now()), 0)::double precision
        FROM tiss.lote
        WHERE lote.status = 'ENVIANDO'
    ) AS segundos;
