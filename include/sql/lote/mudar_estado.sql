-- The outcome of an attempt, or a person's answer. A known protocolo is never overwritten.
UPDATE tiss.lote
SET status = %(status)s,
    protocolo = coalesce(protocolo, %(protocolo)s),
    observacoes = %(motivo)s,
    detalhe = %(detalhe)s,
    dono = NULL,
    prazo = NULL,
    perguntado_em = NULL,
    data_envio = CASE WHEN %(status)s = 'ENVIADO' THEN now() ELSE data_envio END
WHERE id = %(lote)s;
