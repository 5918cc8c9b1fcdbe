-- Note how it ended. What was refused did nothing: its key may be used again.
UPDATE tiss.acao
SET
    fim = clock_timestamp(),
    situacao = %(situacao)s,
    resposta = %(resposta)s,
    chave = CASE WHEN %(situacao)s < 400 THEN chave END
WHERE id = %(acao)s;
