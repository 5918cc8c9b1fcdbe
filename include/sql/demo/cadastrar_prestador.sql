-- A branch of the demo; one that is there stays as it is.
INSERT INTO tiss.prestador (clinica_id, nome, cnpj, cnes)
VALUES (%(clinica_id)s, %(nome)s, %(cnpj)s, %(cnes)s)
ON CONFLICT (clinica_id) DO NOTHING;
