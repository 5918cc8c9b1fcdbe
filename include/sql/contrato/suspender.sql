-- A person stops a contrato: nothing of it leaves until it is lifted. One that is stopped stays as it was said.
UPDATE tiss.contrato
SET suspenso_em = now(), suspenso_por = %(por)s, suspenso_motivo = %(motivo)s
WHERE id = %(contrato)s AND suspenso_em IS NULL
RETURNING id;
