-- Glosas of the live guias by code, in the words of Tabela 38 where the operadora has none. valor is
-- the share of the refused value, so that it adds up.
SELECT
    glosa.codigo,
    coalesce(min(glosa.descricao), tiss.descricao_glosa(glosa.codigo), '') AS descricao,
    count(DISTINCT envio.guia_id) AS guias,
    count(*) AS glosas,
    coalesce(sum(glosa.valor_rateado), 0.00) AS valor
FROM tiss.glosa
JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE guia.viva AND envio.viva AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
GROUP BY glosa.codigo
ORDER BY valor DESC, glosa.codigo;
