-- Whether a lote was in another exchange whose last block left, or whose end nobody saw.
SELECT EXISTS (
    SELECT
    FROM tiss.troca
    WHERE troca.lote_id = %(lote)s
      AND troca.operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA')
      AND troca.id <> %(troca)s
      AND troca.ultimo_bloco_saiu IS NOT FALSE
) AS ha;
