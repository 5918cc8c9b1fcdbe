-- The secret behind the connection changed: what was known about the old one no longer holds.
UPDATE tiss.credencial
SET impressao = %(impressao)s,
    ultimo_sucesso = NULL,
    suspensa_desde = NULL,
    motivo_suspensao = NULL
WHERE conexao = %(conexao)s;
