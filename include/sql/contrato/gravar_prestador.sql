-- A prestador as a file describes it, new or not.
INSERT INTO tiss.prestador (clinica_id, nome, cnpj, cpf, cnes)
VALUES (%(clinica_id)s, %(nome)s, %(cnpj)s, %(cpf)s, %(cnes)s)
ON CONFLICT (clinica_id) DO UPDATE
SET nome = excluded.nome, cnpj = excluded.cnpj, cpf = excluded.cpf, cnes = excluded.cnes;
