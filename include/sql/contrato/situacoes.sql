-- Whether each contrato may be used now, and its next free numbers.
SELECT
    contrato.id,
    operadora.ativa,
    contrato.suspenso_motivo,
    ARRAY(
        SELECT jsonb_object_keys(contrato.operacoes_suspensas) AS operacao ORDER BY operacao
    ) AS operacoes_suspensas,
    credencial.motivo_suspensao AS credencial_suspensa,
    contrato.proximo_numero_lote,
    contrato.proximo_numero_guia
FROM tiss.contrato
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
LEFT JOIN tiss.credencial ON credencial.conexao = contrato.credencial;
