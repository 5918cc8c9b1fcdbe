-- Whether any guia of this lote was ever in an exchange whose last block left, or whose end nobody saw.
SELECT EXISTS (
    SELECT
    FROM tiss.guia_tiss_envio AS atual
    JOIN tiss.guia_tiss_envio AS outro ON outro.guia_id = atual.guia_id
    JOIN tiss.troca ON troca.lote_id = outro.lote_id
    WHERE atual.lote_id = %(lote)s
      AND troca.operacao = 'ENVIO_LOTE_GUIAS'
      AND troca.id <> %(troca)s
      AND troca.ultimo_bloco_saiu IS NOT FALSE
) AS pode;
