-- Live guias by kind and status, and the money that those asked for which were sent.
SELECT
    guia.tipo,
    guia.status,
    count(*) AS guias,
    coalesce(sum(guia.valor_informado) FILTER (
        WHERE guia.status IN ('ENVIADA', 'AUTORIZADA', 'NEGADA')
    ), 0.00) AS informado
FROM tiss.guia
WHERE guia.viva
GROUP BY guia.tipo, guia.status
ORDER BY guia.tipo, guia.status;
