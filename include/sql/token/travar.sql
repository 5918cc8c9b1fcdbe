-- One process renews, the others wait. What was got for another secret is forgotten.
INSERT INTO tiss.token AS guardado (conexao, impressao) VALUES (%(conexao)s, %(impressao)s)
ON CONFLICT (conexao) DO UPDATE
SET impressao = excluded.impressao,
    cifrado = CASE WHEN guardado.impressao = excluded.impressao THEN guardado.cifrado END,
    expira_em = CASE WHEN guardado.impressao = excluded.impressao THEN guardado.expira_em END,
    renovacao_cifrada = CASE
        WHEN guardado.impressao = excluded.impressao THEN guardado.renovacao_cifrada
    END
RETURNING renovacao_cifrada;
