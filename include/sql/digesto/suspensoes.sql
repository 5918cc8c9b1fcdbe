-- What is not used until a person did something: credentials, operations of a contrato, whole contratos. The reasons
-- are not told: they may hold words of an operadora, or of a person.
SELECT
    min(contrato.id) AS contrato_id,
    'CREDENCIAL' AS tipo,
    credencial.conexao AS o_que,
    credencial.suspensa_desde AS desde,
    string_agg(
        operadora.nome || ' / ' || prestador.nome, ', ' ORDER BY operadora.nome, prestador.nome
    ) AS contrato
FROM tiss.credencial
JOIN tiss.contrato ON contrato.credencial = credencial.conexao
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
WHERE credencial.suspensa_desde IS NOT NULL AND contrato.ambiente = 'PRODUCAO'
GROUP BY credencial.conexao
UNION ALL
SELECT
    contrato.id,
    'OPERACAO',
    operacao.nome,
    NULL,
    operadora.nome || ' / ' || prestador.nome
FROM tiss.contrato
CROSS JOIN LATERAL jsonb_object_keys(contrato.operacoes_suspensas) AS operacao (nome)
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
WHERE contrato.ambiente = 'PRODUCAO'
UNION ALL
SELECT
    contrato.id,
    'CONTRATO',
    contrato.id::text,
    contrato.suspenso_em,
    operadora.nome || ' / ' || prestador.nome
FROM tiss.contrato
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
WHERE contrato.ambiente = 'PRODUCAO' AND contrato.suspenso_em IS NOT NULL
ORDER BY tipo, contrato, o_que;
