-- What the operadora last said about the protocolo.
UPDATE tiss.lote
SET situacao_protocolo = %(situacao)s, data_resposta = now()
WHERE id = %(lote)s;
