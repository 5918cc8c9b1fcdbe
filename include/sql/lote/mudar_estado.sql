-- The outcome of an attempt, or a person's answer. A known protocolo is never overwritten.
UPDATE tiss.lote
SET status = %(status)s,
    protocolo = coalesce(protocolo, %(protocolo)s),
    observacoes = %(motivo)s,
    detalhe = %(detalhe)s,
    dono = NULL,
    prazo = NULL,
    perguntado_em = NULL,
    perguntado_por = NULL,
    -- One that a cancel did not change was sent when it was; one that was in doubt left before somebody found it out.
    data_envio = CASE
        WHEN %(status)s <> 'ENVIADO' THEN data_envio
        WHEN status = 'EM_DUVIDA' THEN coalesce(
            data_envio,
            (
                SELECT max(troca.inicio)
                FROM tiss.troca
                WHERE troca.lote_id = lote.id AND troca.operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA')
            ),
            now()
        )
        ELSE coalesce(data_envio, now())
    END
WHERE id = %(lote)s;
