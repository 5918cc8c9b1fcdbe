-- A person lets all contratos of an operadora work again, whoever stopped them.
UPDATE tiss.contrato
SET suspenso_em = NULL, suspenso_por = NULL, suspenso_motivo = NULL
WHERE registro_ans = %(registro_ans)s AND suspenso_em IS NOT NULL
RETURNING id;
