-- Who stopped a contrato and why; no row when nobody did.
SELECT suspenso_por || ': ' || suspenso_motivo
FROM tiss.contrato
WHERE id = %(contrato)s AND suspenso_em IS NOT NULL;
