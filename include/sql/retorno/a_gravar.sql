-- Verdicts that the clinic does not have yet, in order, one page, locked: two runs never write the
-- same one. Params: depois_de, limite.
SELECT
    guia.id,
    guia.consulta_id,
    jsonb_build_object(
        'status', guia.status,
        'numero_guia_prestador', guia.numero_guia_prestador,
        'valor_informado', guia.valor_informado,
        'valor_processado', guia.valor_processado,
        'valor_liberado', guia.valor_liberado,
        'valor_glosado', guia.valor_glosado,
        'glosa_parcial', guia.glosa_parcial,
        'valor_recuperado', coalesce(
            (
                SELECT envio.valor_recuperado
                FROM tiss.guia_tiss_envio AS envio
                WHERE envio.guia_id = guia.id AND envio.viva
            ),
            0.00
        ),
        'glosas', coalesce(
            (
                SELECT jsonb_agg(
                    jsonb_build_object(
                        'nivel', glosa.nivel,
                        'sequencial_item', glosa.sequencial_item,
                        'codigo', glosa.codigo,
                        'descricao', coalesce(
                            glosa.descricao, tiss.descricao_glosa(glosa.codigo)
                        ),
                        'valor', glosa.valor_rateado
                    ) ORDER BY glosa.nivel, glosa.sequencial_item, glosa.posicao
                )
                FROM tiss.guia_tiss_envio AS envio
                JOIN tiss.glosa ON glosa.envio_id = envio.id
                WHERE envio.guia_id = guia.id
                  AND envio.viva
                  AND glosa.origem = 'DEMONSTRATIVO_ANALISE'
            ),
            '[]'::jsonb
        )
    ) AS resultado
FROM tiss.guia
WHERE NOT guia.resultado_gravado AND guia.id > %(depois_de)s
ORDER BY guia.id
LIMIT %(limite)s
FOR NO KEY UPDATE OF guia SKIP LOCKED;
