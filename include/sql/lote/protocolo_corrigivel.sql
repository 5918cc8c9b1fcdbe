-- Whether the protocolo of a lote is only what a person wrote: the operadora answered neither to its sending nor about
-- its guias.
SELECT
    lote.status = 'ENVIADO'
    AND lote.protocolo IS NOT NULL
    AND NOT EXISTS (
        SELECT
        FROM tiss.troca
        WHERE troca.lote_id = lote.id
          AND troca.operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA')
          AND troca.resposta IS NOT NULL
    )
    AND NOT EXISTS (
        SELECT
        FROM tiss.guia_tiss_envio AS envio
        WHERE envio.lote_id = lote.id AND (envio.resultado IS NOT NULL OR envio.situacao_guia IS NOT NULL)
    ) AS corrigivel
FROM tiss.lote
WHERE lote.id = %(lote)s;
