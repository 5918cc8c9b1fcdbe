-- What the clinic says against a glosa. Params: codigo, contrato (null: any), texto, por.
INSERT INTO tiss.justificativa (codigo, contrato_id, texto, alterada_por)
VALUES (%(codigo)s, %(contrato)s, %(texto)s, %(por)s)
ON CONFLICT (codigo, contrato_id) DO UPDATE
SET texto = excluded.texto, alterada_em = now(), alterada_por = excluded.alterada_por;
