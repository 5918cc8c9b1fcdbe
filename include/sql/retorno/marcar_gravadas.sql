-- The clinic has these results.
UPDATE tiss.guia SET resultado_gravado = true WHERE id = ANY (%(guias)s);
