-- A person says that it may be tried again; it has to prove itself, one exchange at a time.
UPDATE tiss.credencial
SET suspensa_desde = NULL, motivo_suspensao = NULL, ultimo_sucesso = NULL
WHERE conexao = %(conexao)s AND suspensa_desde IS NOT NULL
RETURNING conexao;
