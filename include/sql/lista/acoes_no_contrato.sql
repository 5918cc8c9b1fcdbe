-- What people did about a contrato lately, newest first.
SELECT acao.quem, acao.o_que, acao.quando, acao.situacao, acao.motivo
FROM tiss.acao
WHERE acao.contrato_id = %(contrato)s
ORDER BY acao.id DESC
LIMIT 20;
