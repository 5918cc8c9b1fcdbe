-- All this was told.
INSERT INTO tiss.dito (chave)
SELECT unnest(%(chaves)s::text[])
ON CONFLICT (chave) DO NOTHING;
