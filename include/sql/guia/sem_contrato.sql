-- Prepared consultas that no contrato covers (unknown operadora or clinic), without a live guia, as
-- INVALIDA guias with their reason. Consultas from before any contrato of their clinic began stay out:
-- they belong to the clinic's old system. Params: problemas (jsonb), versao_regras.
INSERT INTO tiss.guia (
    consulta_id, clinica_id, registro_ans, ambiente, tipo, data_atendimento, status, problemas,
    digest, versao_regras
)
SELECT
    consulta.consulta_id,
    coalesce(consulta.clinica_id, ''),
    coalesce(consulta.registro_ans, ''),
    'PRODUCAO',
    coalesce(consulta.tipo_guia, ''),
    consulta.data_atendimento,
    'INVALIDA',
    %(problemas)s,
    consulta.digest,
    %(versao_regras)s
FROM tiss.consulta_preparada AS consulta
WHERE NOT EXISTS (
    SELECT
    FROM tiss.contrato
    JOIN tiss.prestador ON prestador.id = contrato.prestador_id
    WHERE prestador.clinica_id = consulta.clinica_id
      AND contrato.registro_ans = consulta.registro_ans
)
AND NOT EXISTS (
    SELECT
    FROM tiss.guia
    WHERE guia.consulta_id = consulta.consulta_id AND guia.ambiente = 'PRODUCAO' AND guia.viva
)
AND (
    consulta.data_atendimento IS NULL
    OR consulta.data_atendimento >= (
        SELECT min(contrato.faturar_a_partir_de)
        FROM tiss.contrato
        JOIN tiss.prestador ON prestador.id = contrato.prestador_id
        WHERE prestador.clinica_id = consulta.clinica_id
           OR NOT EXISTS (
               SELECT FROM tiss.prestador AS outro WHERE outro.clinica_id = consulta.clinica_id
           )
    )
)
ON CONFLICT (consulta_id, ambiente) WHERE viva DO NOTHING;
