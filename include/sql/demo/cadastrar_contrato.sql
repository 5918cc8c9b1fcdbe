-- A contrato of the demo. On one that is there only the address follows the simulator's port, and
-- only when it differs: every change of configuration makes a new version of the contrato.
-- A clinic that never bills anything for free keeps back what costs nothing. The ANS knows none of
-- these operadoras.
-- No quarantine: the simulated operadoras keep no request in a queue, and nobody waits two hours. Nor does anybody
-- wait an hour to ask again.
INSERT INTO tiss.contrato (
    prestador_id, registro_ans, ambiente, versao_tiss, codigo_prestador, faturar_a_partir_de,
    proximo_numero_lote, proximo_numero_guia, url_base, servicos_soap,
    tipo_autenticacao, envia_login_senha, credencial, max_guias,
    quarentena, consulta_a_cada, dias_para_recorrer, regras
)
SELECT
    prestador.id, %(registro_ans)s, 'PRODUCAO', %(versao_tiss)s, %(codigo_prestador)s,
    %(faturar_a_partir_de)s, 1, 1, %(url_base)s,
    jsonb_build_object(
        'ENVIO_LOTE_GUIAS', 'tissLoteGuias',
        'SOLIC_STATUS_PROTOCOLO', 'tissSolicitacaoStatusProtocolo',
        'SOLIC_DEMONSTRATIVO_RETORNO', 'tissSolicitacaoDemonstrativoRetorno',
        'RECURSO_GLOSA', 'tissRecursoGlosa',
        'SOLIC_STATUS_RECURSO_GLOSA', 'tissSolicitacaoStatusProtocoloRecurso'
    ),
    'BASIC_AUTH', %(envia_login_senha)s, %(credencial)s,
    %(max_guias)s, '0 s', '0 s', 30,
    '{"VALOR_ZERO": "BLOQUEIA", "OPERADORA_DESCONHECIDA": "DESLIGADA"}'
FROM tiss.prestador
WHERE prestador.clinica_id = %(clinica_id)s
ON CONFLICT (prestador_id, registro_ans, ambiente) DO UPDATE
SET url_base = excluded.url_base
WHERE contrato.url_base <> excluded.url_base;
