-- A draft of a recurso against glosas of a lote.
INSERT INTO tiss.recurso (contrato_id, lote_recorrido_id, objeto, criado_por)
VALUES (%(contrato)s, %(lote)s, %(objeto)s, %(por)s)
RETURNING id;
