-- A source before its rows, which refer to it.
INSERT INTO tiss.terminologia_fonte (nome, origem, sha256)
VALUES (%(nome)s, %(origem)s, %(sha256)s);
