-- A page of what waits to be billed, the newest day first (without a day: before all), with one row more than it holds
-- when there are more. The keys of the page are found first: items and values are computed for its rows only.
-- Params: those of tiss.em_espera (ambiente, situacao, operadoras, desde, ate, busca, tipos, profissional, problema);
-- dia and consulta (key that the page begins at, null = the start), subindo (the page before it), limite.
WITH achada AS NOT MATERIALIZED (
    SELECT espera.consulta_id, espera.dia, espera.guia_id, espera.com_problemas, espera.problemas
    FROM tiss.em_espera(
        %(ambiente)s, %(situacao)s, %(operadoras)s, %(desde)s, %(ate)s, %(busca)s,
        %(tipos)s, %(profissional)s, %(problema)s
    ) AS espera
),

pagina AS MATERIALIZED (
    (
        SELECT consulta_id, dia, guia_id, com_problemas, problemas FROM achada
        WHERE NOT %(subindo)s
          AND (%(dia)s::date IS NULL OR (dia, consulta_id) < (%(dia)s::date, %(consulta)s::text))
        ORDER BY dia DESC, consulta_id DESC
        LIMIT %(limite)s
    )
    UNION ALL
    (
        SELECT consulta_id, dia, guia_id, com_problemas, problemas FROM achada
        WHERE %(subindo)s AND (dia, consulta_id) > (%(dia)s::date, %(consulta)s::text)
        ORDER BY dia, consulta_id
        LIMIT %(limite)s
    )
)

SELECT
    consulta.consulta_id,
    consulta.clinica_id,
    consulta.registro_ans,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    consulta.tipo_guia,
    consulta.data_atendimento,
    consulta.numero_carteira,
    consulta.nome_profissional,
    jsonb_array_length(consulta.itens) + jsonb_array_length(consulta.despesas) AS itens,
    (
        SELECT sum((item ->> 'valor_total')::numeric)
        FROM jsonb_array_elements(consulta.itens || consulta.despesas) AS item
        WHERE item ->> 'valor_total' ~ '^[0-9]{1,10}([.][0-9]{1,4})?$'
    ) AS valor,
    CASE WHEN pagina.com_problemas THEN 'COM_PROBLEMAS' ELSE 'PRONTA' END AS situacao,
    pagina.guia_id,
    pagina.problemas
FROM pagina
JOIN tiss.consulta_preparada AS consulta
    ON consulta.consulta_id = pagina.consulta_id
    AND consulta.consulta_id = ANY (ARRAY(SELECT pagina.consulta_id FROM pagina))
LEFT JOIN tiss.operadora ON operadora.registro_ans = consulta.registro_ans
LEFT JOIN tiss.prestador ON prestador.clinica_id = consulta.clinica_id
ORDER BY pagina.dia DESC, pagina.consulta_id DESC;
