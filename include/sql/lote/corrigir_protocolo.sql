-- A person wrote another protocolo: what was asked by the wrong one counts no more.
UPDATE tiss.lote
SET protocolo = %(protocolo)s,
    situacao_protocolo = NULL,
    proxima_consulta = now(),
    observacoes = %(motivo)s
WHERE id = %(lote)s;
