-- Contratos with all that a message or a conversation needs to know of them.
-- Params: operadoras, prestadores (text[], empty = any), so_ativas: leave out operadoras that a
-- person switched off. Contratos in HOMOLOGACAO come too: they bill to the operadora's test service.
SELECT
    contrato.id,
    prestador.clinica_id,
    prestador.nome AS nome_prestador,
    prestador.cnpj,
    prestador.cpf,
    prestador.cnes,
    contrato.registro_ans,
    operadora.nome AS nome_operadora,
    contrato.ambiente,
    contrato.versao_tiss,
    contrato.codigo_prestador,
    contrato.faturar_a_partir_de,
    contrato.url_base,
    contrato.servicos_soap,
    contrato.tipo_autenticacao,
    contrato.envia_login_senha,
    contrato.credencial,
    contrato.max_guias,
    contrato.max_envios_simultaneos,
    contrato.segundos_conexao,
    contrato.segundos_resposta,
    contrato.fuso,
    contrato.modelo_nome_arquivo,
    contrato.versao,
    contrato.ascii_somente,
    contrato.maiusculas,
    contrato.regras,
    contrato.tipo_api,
    contrato.canal_preferido,
    contrato.servicos_rest,
    contrato.rest,
    contrato.segundos_total,
    contrato.resposta_maxima_mb,
    contrato.comprime,
    contrato.proxy,
    contrato.autoridade_certificadora,
    contrato.codificacao_envio,
    contrato.codificacao_hash,
    contrato.hash_maiusculo,
    contrato.assinatura,
    contrato.politica_assinatura,
    contrato.envio,
    contrato.entrega_das,
    contrato.entrega_ate,
    contrato.entrega_dias_da_semana,
    contrato.entrega_do_dia,
    contrato.entrega_ao_dia,
    contrato.dias_para_faturar,
    contrato.deduplica,
    contrato.reusa_numero,
    contrato.cancela_por,
    contrato.politica_duvida,
    contrato.protocolos_por_consulta
FROM tiss.contrato
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
WHERE (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
  AND (cardinality(%(prestadores)s::text[]) = 0 OR prestador.clinica_id = ANY (%(prestadores)s))
  AND (cardinality(%(ids)s::integer[]) = 0 OR contrato.id = ANY (%(ids)s))
  AND (operadora.ativa OR NOT %(so_ativas)s)
ORDER BY contrato.registro_ans, prestador.clinica_id, contrato.ambiente;
