-- A step failed; since when it does stays. Params: etapa, contrato (null: all), erro (a class).
INSERT INTO tiss.falha (etapa, contrato_id, erro)
VALUES (%(etapa)s, %(contrato)s, %(erro)s)
ON CONFLICT (etapa, contrato_id) DO UPDATE SET erro = EXCLUDED.erro, ultima = EXCLUDED.ultima;
