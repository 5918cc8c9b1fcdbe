-- The login of the tasks: member of the least-privilege role that the migrations make, owner of nothing.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tiss_app') THEN
        CREATE ROLE tiss_app LOGIN IN ROLE tiss_faturamento;
    END IF;
END $$;
