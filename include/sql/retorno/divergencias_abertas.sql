-- What does not fit and nobody closed, by reason.
SELECT motivo, count(*) AS quantas
FROM tiss.divergencia
WHERE fechada_em IS NULL
GROUP BY motivo
ORDER BY motivo;
