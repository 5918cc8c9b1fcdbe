-- What no longer waits is news again should it come back. Params: chaves (what waits).
DELETE FROM tiss.dito WHERE chave <> ALL (%(chaves)s::text[]);
