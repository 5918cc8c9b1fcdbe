-- Steps that fail, those of all contratos first. What a person switched off or suspended is told as such.
SELECT
    falha.etapa,
    falha.contrato_id,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    falha.erro,
    falha.desde,
    falha.ultima
FROM tiss.falha
LEFT JOIN tiss.contrato ON contrato.id = falha.contrato_id
LEFT JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
LEFT JOIN tiss.prestador ON prestador.id = contrato.prestador_id
WHERE falha.contrato_id IS NULL
   OR (contrato.ambiente = 'PRODUCAO' AND operadora.ativa AND contrato.suspenso_em IS NULL)
ORDER BY falha.contrato_id IS NOT NULL, operadora.nome, prestador.nome, falha.etapa;
