-- The guias of a cancelled lote are free to enter another one, under the same numbers.
UPDATE tiss.guia_tiss_envio SET viva = false WHERE lote_id = %(lote)s AND viva;
