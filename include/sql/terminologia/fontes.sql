-- What was loaded, and from which bytes.
SELECT fonte.nome, fonte.sha256
FROM tiss.terminologia_fonte AS fonte;
