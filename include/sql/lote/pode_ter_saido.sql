-- Whether a lote that is PENDENTE may be at the operadora: something of it left, and was not turned away unread.
SELECT EXISTS (
    SELECT
    FROM tiss.troca
    WHERE troca.lote_id = %(lote)s
      AND troca.operacao = 'ENVIO_LOTE_GUIAS'
      AND troca.ultimo_bloco_saiu IS NOT FALSE
      AND starts_with(troca.desfecho, 'PENDENTE:') IS NOT TRUE
) AS pode;
