-- Why live guias are INVALIDA, by kind of problem and field; a guia with two counts under both. The
-- numbers of the items are left out of the field, so that the same problem is one kind.
SELECT
    problema.item ->> 'codigo' AS codigo,
    min(problema.item ->> 'mensagem') AS exemplo,
    count(DISTINCT guia.id) AS guias
FROM tiss.guia
CROSS JOIN LATERAL jsonb_array_elements(guia.problemas) AS problema (item)
WHERE guia.viva AND guia.status = 'INVALIDA' AND problema.item ->> 'gravidade' = 'erro'
GROUP BY problema.item ->> 'codigo', regexp_replace(problema.item ->> 'caminho', '[0-9]+', '', 'g')
ORDER BY guias DESC, codigo, exemplo;
