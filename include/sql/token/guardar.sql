-- What the operadora gave. A refresh token that it did not replace stays.
UPDATE tiss.token
SET cifrado = %(cifrado)s,
    expira_em = clock_timestamp() + make_interval(secs => %(segundos)s),
    renovacao_cifrada = coalesce(%(renovacao)s, renovacao_cifrada)
WHERE conexao = %(conexao)s;
