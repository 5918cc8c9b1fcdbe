-- The operadora accepted it. Written once an hour at most: this is not a log.
UPDATE tiss.credencial
SET ultimo_sucesso = now()
WHERE conexao = %(conexao)s
  AND (ultimo_sucesso IS NULL OR ultimo_sucesso < now() - interval '1 hour');
