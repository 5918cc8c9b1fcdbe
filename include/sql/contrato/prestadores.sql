-- Every prestador, as a file describes it.
SELECT prestador.clinica_id, prestador.nome, prestador.cnpj, prestador.cpf, prestador.cnes
FROM tiss.prestador
ORDER BY prestador.clinica_id;
