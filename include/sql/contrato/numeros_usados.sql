-- Which of the given guia numbers are taken already (an authorisation may have supplied them), and by
-- which consulta.
SELECT numero_guia_prestador AS numero, consulta_id
FROM tiss.guia
WHERE contrato_id = %(contrato)s AND numero_guia_prestador = ANY (%(numeros)s);
