-- Why a secret must not be used now; no row when it may. Params: conexao, impressao.
SELECT motivo_suspensao
FROM tiss.credencial
WHERE conexao = %(conexao)s
  AND motivo_suspensao IS NOT NULL
  AND impressao IS NOT DISTINCT FROM %(impressao)s;
