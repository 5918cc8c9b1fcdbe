-- A person stops all contratos of an operadora. One that is stopped stays as it was said.
UPDATE tiss.contrato
SET suspenso_em = now(), suspenso_por = %(por)s, suspenso_motivo = %(motivo)s
WHERE registro_ans = %(registro_ans)s AND suspenso_em IS NULL
RETURNING id;
