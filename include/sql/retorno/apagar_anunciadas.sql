-- Glosas that were announced before, of sendings that are spoken of again. Params: envios (bigint[]), origem.
DELETE FROM tiss.glosa
WHERE envio_id = ANY (%(envios)s::bigint[]) AND origem = %(origem)s;
