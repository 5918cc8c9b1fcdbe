-- Of each chosen consulta, whether it can be billed in an environment: what the view says now, and where its guia is.
-- Params: consultas (text[]), ambiente.
SELECT
    escolhida.consulta_id,
    consulta.consulta_id IS NOT NULL AS preparada,
    contrato.id AS contrato_id,
    consulta.data_atendimento < contrato.faturar_a_partir_de AS anterior_ao_inicio,
    CASE WHEN %(ambiente)s = 'PRODUCAO' THEN consulta.resultado END AS resultado,
    retida.consulta_id IS NOT NULL AS retida,
    guia.id AS guia_id,
    guia.status,
    coalesce(guia.problemas, '[]') AS problemas,
    lote.id AS lote_id,
    lote.numero_lote
FROM unnest(%(consultas)s::text[]) AS escolhida (consulta_id)
LEFT JOIN (
    -- By key, so that the view computes these rows and no others.
    SELECT preparada.consulta_id, preparada.clinica_id, preparada.registro_ans, preparada.data_atendimento,
        preparada.resultado
    FROM tiss.consulta_preparada AS preparada
    WHERE preparada.consulta_id = ANY (%(consultas)s::text[])
) AS consulta ON consulta.consulta_id = escolhida.consulta_id
LEFT JOIN tiss.prestador ON prestador.clinica_id = consulta.clinica_id
LEFT JOIN tiss.contrato
    ON contrato.prestador_id = prestador.id
    AND contrato.registro_ans = consulta.registro_ans
    AND contrato.ambiente = %(ambiente)s
LEFT JOIN tiss.guia
    ON guia.consulta_id = escolhida.consulta_id AND guia.ambiente = %(ambiente)s AND guia.viva
LEFT JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = guia.id AND envio.viva
LEFT JOIN tiss.lote ON lote.id = envio.lote_id
LEFT JOIN tiss.retida
    ON retida.consulta_id = escolhida.consulta_id AND retida.ambiente = %(ambiente)s
ORDER BY escolhida.consulta_id;
