-- Whether there is a lote.
SELECT EXISTS (SELECT FROM tiss.lote WHERE id = %(lote)s) AS existe;
