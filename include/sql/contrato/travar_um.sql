-- Nobody else changes a contrato until the commit. Who only refers to it (a new lote, a query) does not wait.
SELECT contrato.id
FROM tiss.contrato
WHERE contrato.id = %(contrato)s
FOR NO KEY UPDATE;
