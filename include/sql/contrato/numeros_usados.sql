-- Which of the given guia numbers are taken already (an authorisation may have supplied them).
SELECT numero_guia_prestador
FROM tiss.guia
WHERE contrato_id = %(contrato)s AND numero_guia_prestador = ANY (%(numeros)s);
