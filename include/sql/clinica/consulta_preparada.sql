-- The contract between a clinic and the billing: one row per attendance that is ready to bill.
-- An adopter rewrites the inner SELECT over their own tables; names, order and types stay.
-- Searched by consulta_id, by (clinica_id, registro_ans) and by data_atendimento: each needs an
-- index in the clinic's tables.

CREATE OR REPLACE VIEW tiss.consulta_preparada AS
SELECT
    preparada.*,
    -- Of the whole row, so that no column is forgotten. JSON writes dates and numbers in one way
    -- whatever the session's DateStyle and TimeZone are.
    md5(to_jsonb(preparada)::text) AS digest
FROM (
    SELECT
        consulta.id::text AS consulta_id,
        consulta.clinica_id,
        convenio.registro_ans,
        CASE WHEN itens.com_exames THEN 'SP_SADT' ELSE 'CONSULTA' END AS tipo_guia,
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
        consulta.tipo_consulta,
        CASE WHEN itens.com_exames THEN '04' END AS tipo_atendimento,
        CASE WHEN itens.com_exames THEN consulta.carater_atendimento END AS carater_atendimento,
        CASE WHEN itens.com_exames THEN consulta.indicacao_clinica END AS indicacao_clinica,
        CASE WHEN itens.com_exames THEN consulta.data_solicitacao END AS data_solicitacao,
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
        itens.lista AS itens
    FROM clinica.consulta
    -- Left joins on keys, even where a row always exists: the planner drops the tables of which a
    -- query asks nothing, so that listing consulta_ids does not read the items.
    LEFT JOIN clinica.convenio ON convenio.id = consulta.convenio_id
    LEFT JOIN clinica.medico AS executante ON executante.id = consulta.medico_id
    LEFT JOIN clinica.medico AS solicitante ON solicitante.id = consulta.solicitante_id
    LEFT JOIN clinica.autorizacao ON autorizacao.consulta_id = consulta.id
    LEFT JOIN LATERAL (
        SELECT
            (count(*) > 1 OR bool_or(NOT procedimento.consulta)) IS TRUE AS com_exames,
            coalesce(jsonb_agg(
                jsonb_build_object(
                    'sequencial_item', item.sequencial_item,
                    'codigo_tabela', procedimento.tabela,
                    'codigo_procedimento', item.codigo,
                    'descricao', procedimento.descricao,
                    'data_execucao', item.data_execucao,
                    'quantidade', item.quantidade::text,
                    'reducao_acrescimo', item.reducao_acrescimo::text,
                    'valor_unitario', item.valor_unitario::text,
                    'valor_total',
                    round(item.quantidade * item.valor_unitario * item.reducao_acrescimo, 2)::text
                ) ORDER BY item.sequencial_item
            ), '[]') AS lista
        FROM clinica.consulta_item AS item
        JOIN clinica.procedimento ON procedimento.codigo = item.codigo
        WHERE item.consulta_id = consulta.id
    ) AS itens ON true
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
    'CONSULTA (só a consulta: exatamente um item) ou SP_SADT (consulta com exames, ou só exames).';
COMMENT ON COLUMN tiss.consulta_preparada.data_atendimento IS
    'Dia do atendimento. Anterior ao início do contrato, não é cobrado.';
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
    '1 primeira, 2 retorno, 3 pré-natal, 4 por encaminhamento.';
COMMENT ON COLUMN tiss.consulta_preparada.tipo_atendimento IS
    'Só em SP_SADT: 04 consulta, 23 exame e outros. Nulo em CONSULTA.';
COMMENT ON COLUMN tiss.consulta_preparada.carater_atendimento IS
    'Só em SP_SADT: 1 eletivo, 2 urgência ou emergência. Nulo em CONSULTA.';
COMMENT ON COLUMN tiss.consulta_preparada.indicacao_clinica IS
    'Só em SP_SADT: motivo dos exames, até 500 caracteres. Pode ser nulo.';
COMMENT ON COLUMN tiss.consulta_preparada.data_solicitacao IS
    'Só em SP_SADT: dia em que os exames foram pedidos. Pode ser nulo.';
COMMENT ON COLUMN tiss.consulta_preparada.nome_solicitante IS
    'Quem pediu os exames; em CONSULTA não é usado. Nulo, com as outras quatro do solicitante: foi o '
    'executante.';
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
    '"valor_total": "150.00"}. Números como texto, com ponto; nulo quando a clínica não tem o valor.';
COMMENT ON COLUMN tiss.consulta_preparada.digest IS
    'Resumo (md5) de todas as outras colunas: muda se, e somente se, uma delas muda.';

REVOKE ALL ON tiss.consulta_preparada FROM PUBLIC;
GRANT SELECT ON tiss.consulta_preparada TO tiss_faturamento;
