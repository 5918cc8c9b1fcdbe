-- One loader at a time: held until the transaction ends. Any number, the same in every version.
SELECT pg_advisory_xact_lock(846477002);
