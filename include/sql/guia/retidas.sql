-- What is held back, by consulta.
SELECT consulta_id, ambiente, motivo, desde, por FROM tiss.retida ORDER BY consulta_id, ambiente;
