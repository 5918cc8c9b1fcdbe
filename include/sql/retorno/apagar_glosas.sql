-- The glosas of one sending that a newer demonstrativo replaces; the old bytes stay in tiss.troca.
DELETE FROM tiss.glosa
WHERE envio_id = %(envio)s AND origem = 'DEMONSTRATIVO_ANALISE';
