-- Why live guias are INVALIDA, by kind of problem; a guia with two kinds counts under both.
SELECT
    problema.item ->> 'codigo' AS codigo,
    min(problema.item ->> 'mensagem') AS exemplo,
    count(DISTINCT guia.id) AS guias
FROM tiss.guia
CROSS JOIN LATERAL jsonb_array_elements(guia.problemas) AS problema (item)
WHERE guia.viva AND guia.status = 'INVALIDA'
GROUP BY problema.item ->> 'codigo'
ORDER BY guias DESC, codigo;
