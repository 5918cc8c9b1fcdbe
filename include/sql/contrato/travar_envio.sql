-- Lock the contrato of a lote, so that two tasks never count the same free place. Who only refers to the
-- contrato (a new lote, a query) does not wait.
SELECT contrato.id
FROM tiss.contrato
WHERE contrato.id = (SELECT lote.contrato_id FROM tiss.lote WHERE lote.id = %(lote)s)
FOR NO KEY UPDATE;
