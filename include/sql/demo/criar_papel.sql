-- The logins of the tasks and of who configures on the screen: members of the least-privilege roles that the
-- migrations make, owners of nothing.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tiss_app') THEN
        CREATE ROLE tiss_app LOGIN IN ROLE tiss_faturamento;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tiss_config') THEN
        CREATE ROLE tiss_config LOGIN IN ROLE tiss_configuracao;
    END IF;
END $$;
