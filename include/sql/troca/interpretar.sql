-- The stored reply has been understood, with this outcome.
UPDATE tiss.troca
SET interpretada_em = clock_timestamp(), desfecho = %(desfecho)s
WHERE id = %(troca)s AND interpretada_em IS NULL;
