-- What of a draft is not refused any more as it says, or may not be contested any more. Params: recurso.
SELECT
    guia.numero_guia_prestador,
    item.codigo,
    item.valor_recursado,
    atual.valor,
    atual.prazo,
    atual.dias
FROM tiss.recurso_item AS item
JOIN tiss.guia_tiss_envio AS envio ON envio.id = item.envio_id
JOIN tiss.guia ON guia.id = envio.guia_id
LEFT JOIN tiss.conciliacao_recurso AS atual
    ON atual.envio_id = item.envio_id
    AND atual.nivel = item.nivel
    AND coalesce(atual.sequencial_item, 0) = coalesce(item.sequencial_item, 0)
    AND atual.codigo = item.codigo
WHERE item.recurso_id = %(recurso)s
  AND item.valor_acatado IS NULL
  AND (atual.valor IS DISTINCT FROM item.valor_recursado OR atual.dias < 0)
ORDER BY envio.ordem, item.nivel, item.sequencial_item, item.codigo;
