-- Of these lotes, those about whose protocolo there was an answer since a moment. Params: lotes, desde (microseconds).
SELECT id
FROM tiss.lote
WHERE id = ANY (%(lotes)s::bigint[]) AND extract(epoch FROM consultada_em) * 1000000 >= %(desde)s
ORDER BY id;
