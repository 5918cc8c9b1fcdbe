-- Open divergences by reason.
SELECT divergencia.motivo, count(*) AS quantas
FROM tiss.divergencia
WHERE divergencia.fechada_em IS NULL
GROUP BY divergencia.motivo
ORDER BY divergencia.motivo;
