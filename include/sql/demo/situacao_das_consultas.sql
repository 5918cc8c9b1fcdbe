-- Every attendance of the clinic under exactly one name, whatever the tables hold. inicio: the first
-- day that the contrato bills; without a contrato, the first one of any contrato of the clinic.
WITH primeiro_dia AS (
    SELECT
        prestador.clinica_id,
        contrato.registro_ans,
        min(contrato.faturar_a_partir_de) AS inicio
    FROM tiss.contrato
    JOIN tiss.prestador ON prestador.id = contrato.prestador_id
    GROUP BY GROUPING SETS ((prestador.clinica_id, contrato.registro_ans), (prestador.clinica_id))
),

vivas AS (
    SELECT
        guia.consulta_id,
        count(*) AS quantas,
        min(guia.status) AS status
    FROM tiss.guia
    WHERE guia.viva
    GROUP BY guia.consulta_id
),

consultas AS (
    SELECT
        consulta.preparado_tiss,
        vivas.status,
        coalesce(vivas.quantas, 0) AS guias,
        consulta.data_atendimento < coalesce(do_contrato.inicio, da_clinica.inicio) AS antes,
        consulta.status_tiss IS NOT DISTINCT FROM vivas.status AS gravada
    FROM clinica.consulta
    JOIN clinica.convenio ON convenio.id = consulta.convenio_id
    LEFT JOIN vivas ON vivas.consulta_id = consulta.id::text
    LEFT JOIN primeiro_dia AS do_contrato
        ON do_contrato.clinica_id = consulta.clinica_id
        AND do_contrato.registro_ans = convenio.registro_ans
    LEFT JOIN primeiro_dia AS da_clinica
        ON da_clinica.clinica_id = consulta.clinica_id
        AND da_clinica.registro_ans IS NULL
)

SELECT
    CASE
        WHEN consultas.guias > 1 THEN 'MAIS_DE_UMA_GUIA'
        WHEN consultas.guias = 1 AND (NOT consultas.preparado_tiss OR consultas.antes)
            THEN 'FATURADA_SEM_PODER'
        WHEN NOT consultas.preparado_tiss THEN 'NAO_PREPARADA'
        WHEN consultas.antes THEN 'ANTES_DO_CONTRATO'
        WHEN consultas.guias = 0 THEN 'SEM_GUIA'
        WHEN consultas.status = 'INVALIDA' THEN 'INVALIDA'
        WHEN consultas.status NOT IN ('AUTORIZADA', 'NEGADA') THEN 'EM_ANDAMENTO'
        WHEN NOT consultas.gravada THEN 'NAO_GRAVADA_NA_CLINICA'
        ELSE consultas.status
    END AS situacao,
    count(*) AS quantas
FROM consultas
GROUP BY situacao
ORDER BY situacao;
