-- Guias in one line each, the newest first: with the lote that they are in, or were in last. Params: ids,
-- com_paciente (whether who asks may know whom a guia is about).
SELECT
    guia.id,
    guia.consulta_id,
    guia.numero_guia_prestador,
    CASE WHEN %(com_paciente)s THEN guia.numero_carteira END AS numero_carteira,
    guia.registro_ans,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    guia.ambiente,
    guia.tipo,
    guia.data_atendimento,
    guia.status,
    guia.viva,
    guia.glosa_parcial,
    guia.valor_informado AS informado,
    guia.valor_liberado AS liberado,
    guia.valor_glosado AS glosado,
    envio.valor_recuperado AS recuperado,
    envio.lote_id,
    lote.numero_lote,
    lote.status AS status_do_lote,
    lote.protocolo,
    CASE WHEN guia.status = 'INVALIDA' THEN erros.quantos ELSE 0 END AS problemas,
    ARRAY(
        SELECT DISTINCT glosa.codigo
        FROM tiss.glosa
        WHERE glosa.envio_id = envio.id AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
        ORDER BY 1
    ) AS codigos
FROM tiss.guia
LEFT JOIN tiss.operadora ON operadora.registro_ans = guia.registro_ans
LEFT JOIN tiss.prestador ON prestador.clinica_id = guia.clinica_id
LEFT JOIN LATERAL (
    SELECT envio.id, envio.lote_id, envio.valor_recuperado
    FROM tiss.guia_tiss_envio AS envio
    WHERE envio.guia_id = guia.id
    ORDER BY envio.viva DESC, envio.id DESC
    LIMIT 1
) AS envio ON true
LEFT JOIN tiss.lote ON lote.id = envio.lote_id
CROSS JOIN LATERAL (
    SELECT count(*) AS quantos
    FROM jsonb_array_elements(guia.problemas) AS problema
    WHERE problema ->> 'gravidade' = 'erro'
) AS erros
WHERE guia.id = ANY (%(ids)s::bigint[])
ORDER BY guia.id DESC;
