-- A source and every row that came from it. Readers see them until the transaction ends.
DELETE FROM tiss.terminologia_fonte WHERE nome = %(nome)s;
