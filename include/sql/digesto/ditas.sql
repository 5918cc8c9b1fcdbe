-- What waits for a person and was told.
SELECT chave FROM tiss.dito;
