-- The operadora decided all that was contested: nothing more is asked about it. Params: lote.
UPDATE tiss.lote
SET status = 'PROCESSADO', encerrado = true, data_resposta = now()
WHERE id = %(lote)s AND status = 'ENVIADO';
