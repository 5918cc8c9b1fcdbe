-- Drafts let go of what is not refused any more, or of guias that are not live. Params: lote.
DELETE FROM tiss.recurso_item AS item
USING tiss.recurso
WHERE recurso.lote_recorrido_id = %(lote)s
  AND recurso.status = 'RASCUNHO'
  AND item.recurso_id = recurso.id
  AND item.valor_acatado IS NULL
  AND NOT EXISTS (
      SELECT
      FROM tiss.conciliacao_recurso AS atual
      WHERE atual.recurso_id = recurso.id
        AND atual.envio_id = item.envio_id
        AND atual.nivel = item.nivel
        AND coalesce(atual.sequencial_item, 0) = coalesce(item.sequencial_item, 0)
        AND atual.codigo = item.codigo
        AND atual.valor > 0
  );
