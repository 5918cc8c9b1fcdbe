-- The place of what is known about a connection of Airflow; one that is there stays as it is.
INSERT INTO tiss.credencial (conexao)
VALUES (%(conexao)s)
ON CONFLICT (conexao) DO NOTHING;
