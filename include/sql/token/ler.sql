-- The token of a credential for this secret, while it is good for some more seconds.
-- Params: conexao, impressao, folga.
SELECT cifrado
FROM tiss.token
WHERE conexao = %(conexao)s
  AND impressao = %(impressao)s
  AND expira_em > clock_timestamp() + make_interval(secs => %(folga)s);
