-- Every contrato in one line, with what keeps it from working. There are as many as a clinic has agreements:
-- no page of them is needed. Params: operadoras (text[], empty = any), ids (integer[], the same).
SELECT
    contrato.id,
    contrato.versao,
    contrato.registro_ans,
    operadora.nome AS operadora,
    operadora.ativa,
    prestador.clinica_id,
    prestador.nome AS prestador,
    contrato.ambiente,
    contrato.versao_tiss,
    contrato.tipo_api,
    contrato.tipo_autenticacao,
    contrato.envio,
    contrato.credencial,
    contrato.assinatura,
    contrato.proximo_numero_lote,
    contrato.proximo_numero_guia,
    contrato.alterado_em,
    contrato.ultimo_envio,
    contrato.suspenso_em,
    contrato.suspenso_por,
    contrato.suspenso_motivo,
    ARRAY(
        SELECT jsonb_object_keys(contrato.operacoes_suspensas) AS operacao ORDER BY operacao
    ) AS operacoes_suspensas,
    credencial.suspensa_desde AS credencial_suspensa_desde,
    credencial.motivo_suspensao AS credencial_motivo,
    credencial.ultimo_sucesso AS credencial_aceita_em
FROM tiss.contrato
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
LEFT JOIN tiss.credencial ON credencial.conexao = contrato.credencial
WHERE (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
  AND (cardinality(%(ids)s::integer[]) = 0 OR contrato.id = ANY (%(ids)s))
ORDER BY operadora.nome, contrato.registro_ans, prestador.nome, contrato.ambiente DESC, contrato.id;
