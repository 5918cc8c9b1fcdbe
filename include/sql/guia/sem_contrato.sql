-- Prepared consultas that no contrato covers (unknown operadora or clinic), without a live guia, as
-- INVALIDA guias with their reason. Consultas from before any contrato of their clinic began stay out:
-- they belong to the clinic's old system. What the clinic has a result of was billed: where a person lets it be
-- billed again it is looked at all the same. Params: problemas (jsonb), versao_regras.
WITH candidata AS (
    SELECT consulta.consulta_id, consulta.clinica_id, consulta.registro_ans, consulta.data_atendimento
    FROM tiss.consulta_preparada AS consulta
    WHERE consulta.resultado IS NULL
    UNION ALL
    SELECT consulta.consulta_id, consulta.clinica_id, consulta.registro_ans, consulta.data_atendimento
    FROM tiss.consulta_preparada AS consulta
    WHERE consulta.consulta_id = ANY (ARRAY(
            SELECT solta.consulta_id FROM tiss.a_reapresentar AS solta WHERE solta.ambiente = 'PRODUCAO'
        ))
      AND consulta.resultado IS NOT NULL
),

-- Few: what follows is asked of each.
descoberta AS MATERIALIZED (
    SELECT candidata.consulta_id, candidata.clinica_id, candidata.data_atendimento
    FROM candidata
    WHERE NOT EXISTS (
        SELECT
        FROM tiss.contrato
        JOIN tiss.prestador ON prestador.id = contrato.prestador_id
        WHERE prestador.clinica_id = candidata.clinica_id
          AND contrato.registro_ans = candidata.registro_ans
    )
),

recusada AS (
    SELECT descoberta.consulta_id
    FROM descoberta
    WHERE NOT EXISTS (
        SELECT
        FROM tiss.guia
        WHERE guia.consulta_id = descoberta.consulta_id AND guia.ambiente = 'PRODUCAO' AND guia.viva
    )
    AND (
        descoberta.data_atendimento IS NULL
        OR descoberta.data_atendimento >= (
            SELECT min(contrato.faturar_a_partir_de)
            FROM tiss.contrato
            JOIN tiss.prestador ON prestador.id = contrato.prestador_id
            WHERE prestador.clinica_id = descoberta.clinica_id
               OR NOT EXISTS (
                   SELECT FROM tiss.prestador AS outro WHERE outro.clinica_id = descoberta.clinica_id
               )
        )
    )
)

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
-- By key, so that the view computes these rows and no others.
WHERE consulta.consulta_id = ANY (ARRAY(SELECT recusada.consulta_id FROM recusada))
ON CONFLICT (consulta_id, ambiente) WHERE viva DO NOTHING;
