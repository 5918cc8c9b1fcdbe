-- Nobody else changes a contrato until the commit: what is compared with a file is what it replaces.
SELECT contrato.id
FROM tiss.contrato
ORDER BY contrato.id
FOR NO KEY UPDATE;
