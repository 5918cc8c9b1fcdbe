-- Whether any guia of this lote, or this recurso, was ever in an exchange whose last block left, or whose end
-- nobody saw.
SELECT EXISTS (
    SELECT
    FROM (
        SELECT outro.lote_id
        FROM tiss.guia_tiss_envio AS atual
        JOIN tiss.guia_tiss_envio AS outro ON outro.guia_id = atual.guia_id
        WHERE atual.lote_id = %(lote)s
        UNION
        SELECT outro.lote_id
        FROM tiss.recurso_envio AS atual
        JOIN tiss.recurso_envio AS outro ON outro.recurso_id = atual.recurso_id
        WHERE atual.lote_id = %(lote)s
    ) AS copia
    JOIN tiss.troca ON troca.lote_id = copia.lote_id
    WHERE troca.operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA')
      AND troca.id <> %(troca)s
      AND troca.ultimo_bloco_saiu IS NOT FALSE
) AS pode;
