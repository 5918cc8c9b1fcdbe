-- Drafts ask for what is refused now: what a newer analysis changed. Params: lote.
UPDATE tiss.recurso_item AS item
SET valor_recursado = atual.valor
FROM tiss.recurso
JOIN tiss.conciliacao_recurso AS atual ON atual.recurso_id = recurso.id
WHERE recurso.lote_recorrido_id = %(lote)s
  AND recurso.status = 'RASCUNHO'
  AND item.recurso_id = recurso.id
  AND item.envio_id = atual.envio_id
  AND item.nivel = atual.nivel
  AND coalesce(item.sequencial_item, 0) = coalesce(atual.sequencial_item, 0)
  AND item.codigo = atual.codigo
  AND item.valor_acatado IS NULL
  AND atual.valor > 0
  AND atual.valor <> item.valor_recursado;
