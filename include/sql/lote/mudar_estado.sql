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
    -- One that a cancel did not change was sent when it was.
    data_envio = CASE WHEN %(status)s = 'ENVIADO' THEN coalesce(data_envio, now()) ELSE data_envio END
WHERE id = %(lote)s;
