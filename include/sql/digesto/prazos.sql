-- Refused values whose appeal has not left yet, by contrato and last day. Params: de, ate (days from today).
WITH analisado AS MATERIALIZED (
    -- By the day on which it was first refused, where there is one. One day more on either side: today is not the
    -- same day in every place.
    SELECT glosado.envio_id AS id
    FROM tiss.glosado_desde AS glosado
    WHERE glosado.desde BETWEEN
        current_date - 1 + %(de)s - (SELECT max(dias_para_recorrer) FROM tiss.contrato)
        AND current_date + 1 + %(ate)s - (SELECT min(dias_para_recorrer) FROM tiss.contrato)
    UNION
    SELECT envio.id
    FROM tiss.guia_tiss_envio AS envio
    WHERE envio.viva AND envio.demonstrativo_data IS NULL
)

SELECT
    contrato.id AS contrato_id,
    contrato.registro_ans,
    CASE WHEN min(recurso.lote_id) = max(recurso.lote_id) THEN min(recurso.lote_id) END AS lote_id,
    CASE WHEN min(recurso.guia_id) = max(recurso.guia_id) THEN min(recurso.guia_id) END AS guia_id,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    recurso.prazo,
    recurso.dias,
    count(*) AS quantos,
    count(*) FILTER (WHERE recurso.situacao = 'RASCUNHO') AS rascunhos,
    coalesce(sum(recurso.valor), 0.00) AS valor
FROM tiss.conciliacao_recurso AS recurso
JOIN tiss.contrato ON contrato.id = recurso.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
WHERE recurso.ambiente = 'PRODUCAO'
  AND recurso.situacao IN ('A_RECORRER', 'RASCUNHO', 'A_ENVIAR', 'A_REFAZER')
  AND recurso.dias BETWEEN %(de)s AND %(ate)s
  -- By key, so that the view looks at these, not at all that was ever refused.
  AND recurso.envio_id = ANY (ARRAY(
      SELECT analisado.id
      FROM analisado
      WHERE EXISTS (SELECT FROM tiss.glosa WHERE glosa.envio_id = analisado.id)
         OR EXISTS (SELECT FROM tiss.recurso_item AS item WHERE item.envio_id = analisado.id)
  ))
GROUP BY contrato.id, operadora.nome, prestador.nome, recurso.prazo, recurso.dias
ORDER BY recurso.prazo, operadora.nome, prestador.nome;
