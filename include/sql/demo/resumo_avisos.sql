-- What somebody should look at in live guias that left all the same, by kind of warning.
SELECT
    problema.item ->> 'codigo' AS codigo,
    min(problema.item ->> 'mensagem') AS exemplo,
    count(DISTINCT guia.id) AS guias
FROM tiss.guia
CROSS JOIN LATERAL jsonb_array_elements(guia.problemas) AS problema (item)
WHERE guia.viva AND guia.status <> 'INVALIDA' AND problema.item ->> 'gravidade' = 'aviso'
GROUP BY problema.item ->> 'codigo'
ORDER BY guias DESC, codigo;
