-- What keeps consultas from being billed, the most frequent first: where, by which rule, how many and what is said
-- most. Params: those of tiss.em_espera, as in lista/consultas, without situacao; limite.
SELECT
    problema ->> 'codigo' AS codigo,
    problema ->> 'caminho' AS caminho,
    mode() WITHIN GROUP (ORDER BY problema ->> 'mensagem') AS mensagem,
    count(DISTINCT espera.consulta_id) AS consultas
FROM tiss.em_espera(
    %(ambiente)s, 'COM_PROBLEMAS', %(operadoras)s, %(desde)s, %(ate)s, %(busca)s,
    %(tipos)s, %(profissional)s, %(problema)s
) AS espera
CROSS JOIN jsonb_array_elements(espera.problemas) AS problema
WHERE problema ->> 'gravidade' = 'erro'
GROUP BY codigo, caminho
ORDER BY consultas DESC, caminho, codigo
LIMIT %(limite)s;
