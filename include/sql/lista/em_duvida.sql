-- How many lotes are in doubt, with how many guias.
SELECT count(*) AS lotes, coalesce(sum(quantidade_guias), 0)::bigint AS guias
FROM tiss.lote
WHERE status = 'EM_DUVIDA';
