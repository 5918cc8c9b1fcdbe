-- A person lets a contrato work again.
UPDATE tiss.contrato
SET suspenso_em = NULL, suspenso_por = NULL, suspenso_motivo = NULL
WHERE id = %(contrato)s AND suspenso_em IS NOT NULL
RETURNING id;
