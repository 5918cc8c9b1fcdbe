-- Why these guias were refused, by code, with the official words: what an operadora writes of its own in the place of
-- a code, or of its meaning, may name a patient. A guia with two codes is in both. Params: guias (bigint[]).
SELECT
    motivo.codigo,
    tiss.descricao_glosa(motivo.codigo) AS descricao,
    count(DISTINCT guia.id) AS guias,
    coalesce(
        sum(CASE WHEN glosa.id IS NULL THEN guia.valor_glosado ELSE glosa.valor_rateado END), 0.00
    ) AS valor
FROM tiss.guia
LEFT JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = guia.id AND envio.viva
LEFT JOIN tiss.glosa ON glosa.envio_id = envio.id AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
CROSS JOIN LATERAL (
    SELECT CASE WHEN glosa.codigo ~ '^[0-9]{4}$' THEN glosa.codigo END AS codigo
) AS motivo
WHERE guia.id = ANY (%(guias)s::bigint[]) AND guia.status = 'NEGADA'
GROUP BY motivo.codigo
ORDER BY valor DESC, guias DESC, motivo.codigo;
