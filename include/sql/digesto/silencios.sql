-- Operadoras that do not answer: an answer moves the hour of the next question, so one that passed long ago was
-- asked in vain, whatever the cause. What is suspended is not asked at all, and told as such.
SELECT
    contrato.id AS contrato_id,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    count(*) AS protocolos,
    min(coalesce(lote.proxima_consulta, lote.data_envio)) AS desde
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
LEFT JOIN tiss.credencial ON credencial.conexao = contrato.credencial
WHERE lote.status IN ('ENVIADO', 'PROCESSADO')
  AND NOT lote.encerrado
  AND coalesce(lote.proxima_consulta, lote.data_envio) < now() - %(tolerancia)s::interval
  AND contrato.ambiente = 'PRODUCAO'
  AND contrato.tipo_api <> 'MANUAL'
  AND contrato.operacoes_suspensas = '{}'
  AND credencial.suspensa_desde IS NULL
GROUP BY contrato.id, operadora.nome, prestador.nome
ORDER BY operadora.nome, prestador.nome;
