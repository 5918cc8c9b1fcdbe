-- What people did about a contrato lately, and who made it, newest first. Params: contrato.
SELECT acao.quem, acao.o_que, acao.quando, acao.situacao, acao.motivo
FROM tiss.acao
WHERE acao.contrato_id = %(contrato)s
   -- It had no id yet when it was asked for.
   OR (acao.o_que = 'contrato.criar' AND acao.resposta ->> 'contrato_id' = %(contrato)s::text)
ORDER BY acao.id DESC
LIMIT 20;
