-- A simulated operadora; one that is there stays as it is, switched off included.
INSERT INTO tiss.operadora (registro_ans, nome)
VALUES (%(registro_ans)s, %(nome)s)
ON CONFLICT (registro_ans) DO NOTHING;
