-- How many lotes are in doubt.
SELECT count(*) FROM tiss.lote WHERE status = 'EM_DUVIDA';
