-- How many rows came from a source.
UPDATE tiss.terminologia_fonte SET linhas = %(linhas)s WHERE nome = %(nome)s;
