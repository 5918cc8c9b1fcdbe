-- How often it was asked to cancel a lote or some of its guias.
SELECT count(*) FROM tiss.troca WHERE lote_id = %(lote)s AND operacao = 'CANCELA_GUIA';
