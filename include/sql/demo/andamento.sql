-- How far a night is: live guias by status.
SELECT guia.status, count(*)
FROM tiss.guia
WHERE guia.viva
GROUP BY guia.status
ORDER BY guia.status;
