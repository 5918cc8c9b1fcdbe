-- The clock by which answers are dated, in microseconds: that of the database, the same for every worker.
SELECT (extract(epoch FROM now()) * 1000000)::bigint AS agora;
