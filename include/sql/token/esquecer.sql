-- The token is not good any more.
UPDATE tiss.token SET cifrado = NULL, expira_em = NULL WHERE conexao = %(conexao)s;
