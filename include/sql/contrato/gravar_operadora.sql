-- An operadora as a file describes it, new or not. One that is switched off stays so.
INSERT INTO tiss.operadora (registro_ans, nome, max_envios_simultaneos)
VALUES (%(registro_ans)s, %(nome)s, %(max_envios_simultaneos)s)
ON CONFLICT (registro_ans) DO UPDATE
SET nome = excluded.nome, max_envios_simultaneos = excluded.max_envios_simultaneos;
