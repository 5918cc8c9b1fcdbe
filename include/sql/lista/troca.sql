-- The bytes of an exchange about a lote, zlib.
SELECT pedido, resposta
FROM tiss.troca
WHERE id = %(troca)s AND lote_id = %(lote)s;
