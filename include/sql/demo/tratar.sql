-- The dental treatments of a day, of the patients of one convenio that came last: a consultation, and a filling that
-- costs more than the operadora pays. Params: dia, quantos, registro_ans, clinica.
WITH paciente AS (
    SELECT paciente.id, paciente.convenio_id, paciente.numero_carteira
    FROM clinica.paciente
    JOIN clinica.convenio ON convenio.id = paciente.convenio_id
    WHERE convenio.registro_ans = %(registro_ans)s
    ORDER BY paciente.id DESC
    LIMIT %(quantos)s
),

consulta AS (
    INSERT INTO clinica.consulta (
        clinica_id, paciente_id, convenio_id, numero_carteira, medico_id, data_atendimento
    )
    SELECT
        %(clinica)s, paciente.id, paciente.convenio_id, paciente.numero_carteira,
        (SELECT min(medico.id) FROM clinica.medico), %(dia)s
    FROM paciente
    RETURNING id, clinica_id, paciente_id, numero_carteira, data_atendimento
)

INSERT INTO clinica.tratamento (
    consulta_id, clinica_id, registro_ans, tipo_guia, data_atendimento, numero_carteira,
    atendimento_rn, nome_profissional, conselho_profissional, numero_conselho_profissional, uf, cbo,
    tipo_atendimento, itens, complemento, digest
)
SELECT
    consulta.id::text, consulta.clinica_id, %(registro_ans)s, 'ODONTO', consulta.data_atendimento,
    consulta.numero_carteira, false, 'Iara Exemplo Dentista', '08', '54321', '35', '223208', '1',
    feito.itens, '{"plano_beneficiario": "Plano Odontológico", "tipo_faturamento": "4"}',
    md5(feito.itens::text)
FROM consulta
CROSS JOIN LATERAL (
    SELECT jsonb_agg(
        jsonb_build_object(
            'sequencial_item', item.sequencial,
            'codigo_tabela', '22',
            'codigo_procedimento', item.codigo,
            'descricao', item.descricao,
            'data_execucao', consulta.data_atendimento,
            'quantidade', '1',
            'valor_total', item.valor,
            'autorizado', true
        ) || item.lugar ORDER BY item.sequencial
    ) AS itens
    FROM (
        VALUES
        (1, '81000030', 'Consulta odontológica', '80.00', '{}'::jsonb),
        (
            2, '85100099', 'Restauração', '120.00',
            jsonb_build_object(
                'dente_regiao', jsonb_build_object('codDente', (11 + consulta.id %% 8)::text),
                'dente_face', 'OM'
            )
        )
    ) AS item (sequencial, codigo, descricao, valor, lugar)
) AS feito;
