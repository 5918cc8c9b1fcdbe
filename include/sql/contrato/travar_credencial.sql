-- Lock a credential, so that two tasks never find it unused at the same time.
SELECT credencial.conexao
FROM tiss.credencial
WHERE credencial.conexao = %(conexao)s
FOR NO KEY UPDATE;
