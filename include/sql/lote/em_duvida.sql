-- Lotes in doubt, by id. Params: lotes (bigint[], null = all).
SELECT lote.id
FROM tiss.lote
WHERE lote.status = 'EM_DUVIDA' AND (%(lotes)s::bigint[] IS NULL OR lote.id = ANY (%(lotes)s))
ORDER BY lote.id;
