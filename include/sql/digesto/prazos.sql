-- Refused values whose appeal has not left yet, by contrato and last day. Params: de, ate (days from today).
SELECT
    contrato.id AS contrato_id,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    recurso.prazo,
    recurso.dias,
    count(*) AS quantos,
    count(*) FILTER (WHERE recurso.situacao = 'RASCUNHO') AS rascunhos,
    coalesce(sum(recurso.valor), 0.00) AS valor
FROM tiss.conciliacao_recurso AS recurso
JOIN tiss.contrato ON contrato.id = recurso.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
WHERE recurso.ambiente = 'PRODUCAO'
  AND recurso.situacao IN ('A_RECORRER', 'RASCUNHO', 'A_ENVIAR', 'A_REFAZER')
  AND recurso.dias BETWEEN %(de)s AND %(ate)s
GROUP BY contrato.id, operadora.nome, prestador.nome, recurso.prazo, recurso.dias
ORDER BY recurso.prazo, operadora.nome, prestador.nome;
