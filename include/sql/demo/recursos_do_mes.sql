-- What was done about refused values, by operadora.
SELECT operadora, situacao, count(*) AS glosas, coalesce(sum(valor_recursado), 0.00) AS recursado,
    coalesce(sum(valor_acatado), 0.00) AS acatado
FROM tiss.conciliacao_recurso
GROUP BY operadora, situacao
ORDER BY operadora, situacao;
