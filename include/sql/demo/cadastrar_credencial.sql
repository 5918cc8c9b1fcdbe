-- The place of an Airflow connection; one that is there stays as it is, suspended included.
INSERT INTO tiss.credencial (conexao)
VALUES (%(conexao)s)
ON CONFLICT (conexao) DO NOTHING;
