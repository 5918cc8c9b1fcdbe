-- The contract between a clinic and the billing: one row per attendance that is ready to bill.
-- An adopter rewrites the inner SELECT over their own tables; names, order and types stay.
-- Searched by consulta_id, by (clinica_id, registro_ans) and by data_atendimento: each needs an
-- index in the clinic's tables. The second asks, every night, for what has no resultado only: an index of
-- that alone stays small, however much was billed. By data_atendimento the last 90 days are asked for, with resultado.
-- The screens page through what has no resultado by coalesce(data_atendimento, '9999-12-31') and consulta_id.

-- Dropped first: a view that is there cannot get a column before its last one.
DROP VIEW IF EXISTS tiss.consulta_preparada;

CREATE VIEW tiss.consulta_preparada AS
SELECT
    preparada.*,
    -- Of the whole row, so that no column is forgotten; what was answered changes no guia. JSON writes
    -- dates and numbers in one way whatever the session's DateStyle and TimeZone are.
    md5((to_jsonb(preparada) - 'resultado')::text) AS digest
FROM (
    SELECT
        consulta.id::text AS consulta_id,
        consulta.clinica_id,
        convenio.registro_ans,
        tipo.guia AS tipo_guia,
        consulta.data_atendimento,
        consulta.numero_carteira,
        consulta.atendimento_rn,
        executante.nome AS nome_profissional,
        executante.conselho AS conselho_profissional,
        executante.numero_conselho AS numero_conselho_profissional,
        executante.uf,
        executante.cbo,
        consulta.indicacao_acidente,
        consulta.regime_atendimento,
        -- Of a consultation only: exams alone have none, and neither has surgery.
        CASE WHEN itens.com_consulta IS NOT FALSE THEN consulta.tipo_consulta END AS tipo_consulta,
        CASE
            WHEN tipo.guia = 'SP_SADT' AND itens.com_consulta THEN '04'
            WHEN tipo.guia = 'SP_SADT' THEN '23'
        END AS tipo_atendimento,
        CASE WHEN tipo.guia <> 'CONSULTA' THEN consulta.carater_atendimento END AS carater_atendimento,
        CASE WHEN tipo.guia = 'SP_SADT' THEN consulta.indicacao_clinica END AS indicacao_clinica,
        CASE WHEN tipo.guia = 'SP_SADT' THEN consulta.data_solicitacao END AS data_solicitacao,
        solicitante.nome AS nome_solicitante,
        solicitante.conselho AS conselho_solicitante,
        solicitante.numero_conselho AS numero_conselho_solicitante,
        solicitante.uf AS uf_solicitante,
        solicitante.cbo AS cbo_solicitante,
        autorizacao.numero_guia_prestador,
        autorizacao.numero_guia_operadora,
        autorizacao.senha,
        autorizacao.data_autorizacao,
        autorizacao.data_validade_senha,
        consulta.observacao,
        itens.lista AS itens,
        despesas.lista AS despesas,
        consulta.campos_tiss || CASE
            WHEN tipo.guia = 'HONORARIOS' THEN jsonb_build_object(
                'guia_solic_internacao', internacao.guia_solic_internacao,
                'data_inicio_faturamento', internacao.data_inicio,
                'data_fim_faturamento', internacao.data_fim,
                'local_contratado', (
                    SELECT jsonb_build_object(
                        -- One of two elements of the standard: the key says which.
                        'codigo', CASE
                            WHEN credenciado.codigo IS NULL
                                THEN jsonb_build_object('cnpjLocalExecutante', hospital.cnpj)
                            ELSE jsonb_build_object('codigoNaOperadora', credenciado.codigo)
                        END,
                        'nome', hospital.nome,
                        'cnes', hospital.cnes
                    )
                    FROM clinica.hospital
                    LEFT JOIN clinica.hospital_convenio AS credenciado
                        ON credenciado.hospital_id = hospital.id
                        AND credenciado.convenio_id = consulta.convenio_id
                    WHERE hospital.id = internacao.hospital_id
                )
            )
            ELSE '{}'
        END AS complemento,
        consulta.status_tiss AS resultado
    FROM clinica.consulta
    -- Left joins on keys, even where a row always exists: the planner drops the tables of which a
    -- query asks nothing, so that listing consulta_ids does not read the items.
    LEFT JOIN clinica.convenio ON convenio.id = consulta.convenio_id
    LEFT JOIN clinica.medico AS executante ON executante.id = consulta.medico_id
    LEFT JOIN clinica.medico AS solicitante ON solicitante.id = consulta.solicitante_id
    LEFT JOIN clinica.autorizacao ON autorizacao.consulta_id = consulta.id
    LEFT JOIN clinica.internacao ON internacao.consulta_id = consulta.id
    LEFT JOIN LATERAL (
        SELECT
            count(*) AS quantos,
            bool_or(procedimento.consulta) AS com_consulta,
            coalesce(jsonb_agg(
                jsonb_build_object(
                    'sequencial_item', item.sequencial_item,
                    'codigo_tabela', procedimento.tabela,
                    'codigo_procedimento', item.codigo,
                    'descricao', procedimento.descricao,
                    'data_execucao', item.data_execucao,
                    'hora_inicial', item.hora_inicial,
                    'hora_final', item.hora_final,
                    'quantidade', item.quantidade::text,
                    'via_acesso', item.via_acesso,
                    'tecnica_utilizada', item.tecnica_utilizada,
                    'reducao_acrescimo', item.reducao_acrescimo::text,
                    'valor_unitario', item.valor_unitario::text,
                    'valor_total',
                    round(item.quantidade * item.valor_unitario * item.reducao_acrescimo, 2)::text,
                    'equipe', (
                        SELECT
                            coalesce(jsonb_agg(
                                jsonb_build_object(
                                    'grau_participacao', equipe.grau_participacao,
                                    'codigo', jsonb_build_object('cpfContratado', medico.cpf),
                                    'nome', medico.nome,
                                    'conselho', medico.conselho,
                                    'numero_conselho', medico.numero_conselho,
                                    'uf', medico.uf,
                                    'cbo', medico.cbo
                                ) ORDER BY equipe.grau_participacao, equipe.medico_id
                            ), '[]')
                        FROM clinica.consulta_equipe AS equipe
                        JOIN clinica.medico ON medico.id = equipe.medico_id
                        WHERE equipe.consulta_id = item.consulta_id
                          AND equipe.sequencial_item = item.sequencial_item
                    )
                ) ORDER BY item.sequencial_item
            ), '[]') AS lista
        FROM clinica.consulta_item AS item
        JOIN clinica.procedimento ON procedimento.codigo = item.codigo
        WHERE item.consulta_id = consulta.id
    ) AS itens ON true
    LEFT JOIN LATERAL (
        SELECT
            count(*) AS quantas,
            coalesce(jsonb_agg(
                jsonb_build_object(
                    'sequencial_item', despesa.sequencial_item,
                    'codigo_despesa', insumo.codigo_despesa,
                    'codigo_tabela', insumo.tabela,
                    'codigo_procedimento', insumo.codigo,
                    'descricao', insumo.descricao,
                    'data_execucao', despesa.data_execucao,
                    'quantidade', trim_scale(despesa.quantidade)::text,
                    'unidade_medida', insumo.unidade_medida,
                    'reducao_acrescimo', '1.00',
                    'valor_unitario', despesa.valor_unitario::text,
                    'valor_total', round(despesa.quantidade * despesa.valor_unitario, 2)::text,
                    'item_vinculado', despesa.item_vinculado
                ) ORDER BY despesa.sequencial_item
            ), '[]') AS lista
        FROM clinica.consulta_despesa AS despesa
        JOIN clinica.insumo ON insumo.codigo = despesa.insumo
        WHERE despesa.consulta_id = consulta.id
    ) AS despesas ON true
    LEFT JOIN LATERAL (
        SELECT CASE
            WHEN internacao.consulta_id IS NOT NULL THEN 'HONORARIOS'
            WHEN itens.quantos > 1 OR NOT itens.com_consulta OR despesas.quantas > 0 THEN 'SP_SADT'
            ELSE 'CONSULTA'
        END AS guia
    ) AS tipo ON true
    WHERE consulta.preparado_tiss
) AS preparada;

COMMENT ON VIEW tiss.consulta_preparada IS
    'Contrato com a clínica: uma linha por atendimento pronto para faturar. Quem adapta o projeto '
    'reescreve esta visão sobre as suas tabelas, com as mesmas colunas, na mesma ordem e com os '
    'mesmos tipos. Uma linha que muda é conferida pelo digest; uma que some é tratada como retirada.';
COMMENT ON COLUMN tiss.consulta_preparada.consulta_id IS
    'Chave do atendimento, única em toda a visão. Nunca reutilizada: é ela que impede cobrar duas vezes.';
COMMENT ON COLUMN tiss.consulta_preparada.clinica_id IS
    'Clínica ou filial que cobra, como em tiss.prestador.clinica_id.';
COMMENT ON COLUMN tiss.consulta_preparada.registro_ans IS
    'Registro ANS da operadora como a clínica o tem, 6 algarismos. Sem contrato, a guia fica INVALIDA.';
COMMENT ON COLUMN tiss.consulta_preparada.tipo_guia IS
    'CONSULTA (só a consulta: exatamente um item), SP_SADT (consulta com exames ou despesas, ou só '
    'exames), HONORARIOS (da equipe, em hospital), RESUMO_INTERNACAO ou ODONTO.';
COMMENT ON COLUMN tiss.consulta_preparada.data_atendimento IS
    'Dia do atendimento, ou o da cirurgia. Anterior ao início do contrato, não é cobrado.';
COMMENT ON COLUMN tiss.consulta_preparada.numero_carteira IS
    'Carteira do beneficiário apresentada no dia, até 20 caracteres. Nulo quando a clínica não a tem.';
COMMENT ON COLUMN tiss.consulta_preparada.atendimento_rn IS
    'Verdadeiro quando o atendido é recém-nascido na carteira do responsável.';
COMMENT ON COLUMN tiss.consulta_preparada.nome_profissional IS
    'Nome do profissional executante, até 70 caracteres.';
COMMENT ON COLUMN tiss.consulta_preparada.conselho_profissional IS
    'Conselho do executante, código TISS de 2 algarismos: 06 é o CRM.';
COMMENT ON COLUMN tiss.consulta_preparada.numero_conselho_profissional IS
    'Número do executante no conselho, até 15 caracteres.';
COMMENT ON COLUMN tiss.consulta_preparada.uf IS
    'UF do conselho do executante, código IBGE de 2 algarismos: 35 é São Paulo. A sigla não serve.';
COMMENT ON COLUMN tiss.consulta_preparada.cbo IS
    'CBO do executante, 6 algarismos, da lista da versão do TISS: 225125 é médico clínico.';
COMMENT ON COLUMN tiss.consulta_preparada.indicacao_acidente IS
    '0 trabalho, 1 trânsito, 2 outros, 9 não é acidente.';
COMMENT ON COLUMN tiss.consulta_preparada.regime_atendimento IS
    '01 ambulatorial, 02 domiciliar, 03 internação, 04 pronto-socorro, 05 telessaúde.';
COMMENT ON COLUMN tiss.consulta_preparada.tipo_consulta IS
    '1 primeira, 2 retorno, 3 pré-natal, 4 por encaminhamento. Em SP_SADT, só com tipo_atendimento 04.';
COMMENT ON COLUMN tiss.consulta_preparada.tipo_atendimento IS
    'Em SP_SADT: 04 consulta, 23 exame e outros. Em ODONTO: 1 a 5. Nulo nas demais.';
COMMENT ON COLUMN tiss.consulta_preparada.carater_atendimento IS
    '1 eletivo, 2 urgência ou emergência. Nulo em CONSULTA e ODONTO.';
COMMENT ON COLUMN tiss.consulta_preparada.indicacao_clinica IS
    'Só em SP_SADT: motivo dos exames, até 500 caracteres. Pode ser nulo.';
COMMENT ON COLUMN tiss.consulta_preparada.data_solicitacao IS
    'Só em SP_SADT: dia em que os exames foram pedidos. Pode ser nulo.';
COMMENT ON COLUMN tiss.consulta_preparada.nome_solicitante IS
    'Quem pediu, em SP_SADT e ODONTO; nas demais não é usado. Nulo, com as outras quatro do '
    'solicitante: em SP_SADT, foi o executante.';
COMMENT ON COLUMN tiss.consulta_preparada.conselho_solicitante IS
    'Conselho do solicitante, 2 algarismos.';
COMMENT ON COLUMN tiss.consulta_preparada.numero_conselho_solicitante IS
    'Número do solicitante no conselho, até 15 caracteres.';
COMMENT ON COLUMN tiss.consulta_preparada.uf_solicitante IS
    'UF do conselho do solicitante, código IBGE.';
COMMENT ON COLUMN tiss.consulta_preparada.cbo_solicitante IS
    'CBO do solicitante; só aqui se admite 999999 (desconhecido).';
COMMENT ON COLUMN tiss.consulta_preparada.numero_guia_prestador IS
    'Número da guia já informado à operadora na autorização. Nulo: o próximo da sequência do contrato.';
COMMENT ON COLUMN tiss.consulta_preparada.numero_guia_operadora IS
    'Número que a operadora deu à guia, quando deu.';
COMMENT ON COLUMN tiss.consulta_preparada.senha IS
    'Senha de autorização, quando houve.';
COMMENT ON COLUMN tiss.consulta_preparada.data_autorizacao IS
    'Dia da autorização, quando houve.';
COMMENT ON COLUMN tiss.consulta_preparada.data_validade_senha IS
    'Último dia da senha, quando a operadora o informou.';
COMMENT ON COLUMN tiss.consulta_preparada.observacao IS
    'Texto livre que vai na guia, até 500 caracteres. Não escreva aqui o que a operadora não deve ler.';
COMMENT ON COLUMN tiss.consulta_preparada.itens IS
    'Lista em ordem de sequencial_item: {"sequencial_item": 1, "codigo_tabela": "22", '
    '"codigo_procedimento": "10101012", "descricao": "...", "data_execucao": "AAAA-MM-DD", '
    '"quantidade": "1", "reducao_acrescimo": "1.00", "valor_unitario": "150.00", '
    '"valor_total": "150.00"}. Números como texto, com ponto; nulo quando a clínica não tem o valor. '
    'As outras chaves estão em docs/consulta_preparada.md.';
COMMENT ON COLUMN tiss.consulta_preparada.despesas IS
    'Outras despesas (SP_SADT e RESUMO_INTERNACAO), numeradas junto com os itens; [] quando não há.';
COMMENT ON COLUMN tiss.consulta_preparada.complemento IS
    'Objeto com o que só o tipo da guia tem; {} quando nada. As chaves estão em docs/consulta_preparada.md.';
COMMENT ON COLUMN tiss.consulta_preparada.resultado IS
    'O status que tiss.gravar_resultado escreveu; nulo enquanto não há, ou quando a clínica não o guarda. '
    'O que tem resultado já foi cobrado, e não é procurado de novo toda noite.';
COMMENT ON COLUMN tiss.consulta_preparada.digest IS
    'Resumo (md5) de todas as outras colunas, menos resultado: muda se, e somente se, uma delas muda.';

REVOKE ALL ON tiss.consulta_preparada FROM PUBLIC;
GRANT SELECT ON tiss.consulta_preparada TO tiss_faturamento;
