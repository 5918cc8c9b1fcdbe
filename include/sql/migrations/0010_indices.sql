-- What is asked every night and every hour costs what is open, not what was ever billed.
-- depends: 0007_digesto

-- What a person let be billed again and is not billed yet. Few, and found among those that ended.
CREATE INDEX guia_encerrada ON tiss.guia (id) INCLUDE (consulta_id, ambiente) WHERE NOT viva;
CREATE INDEX guia_substituta ON tiss.guia (substitui) WHERE substitui IS NOT NULL;
CREATE VIEW tiss.a_reapresentar AS
SELECT encerrada.id AS guia_id, encerrada.consulta_id, encerrada.ambiente
FROM tiss.guia AS encerrada
WHERE NOT encerrada.viva
  AND NOT EXISTS (SELECT FROM tiss.guia AS nova WHERE nova.substitui = encerrada.id);
COMMENT ON VIEW tiss.a_reapresentar IS 'Guias that ended so that their consulta is billed again, and were not replaced yet';

-- Until when refused values may be contested is asked by the day of the analysis.
CREATE INDEX envio_por_analise ON tiss.guia_tiss_envio (demonstrativo_data) WHERE viva;

-- Every refused value, until when it may be contested, and what was done about it.
CREATE OR REPLACE VIEW tiss.conciliacao_recurso AS
SELECT
    guia.contrato_id,
    operadora.nome AS operadora,
    guia.ambiente,
    lote.id AS lote_id,
    lote.numero_lote,
    lote.protocolo,
    guia.id AS guia_id,
    envio.id AS envio_id,
    guia.numero_guia_prestador,
    contestavel.nivel,
    contestavel.sequencial_item,
    produto.codigo_tabela,
    produto.codigo_procedimento,
    contestavel.codigo,
    tiss.descricao_glosa(contestavel.codigo) AS descricao,
    contestavel.valor,
    analise.dia AS analisada_em,
    analise.dia + contrato.dias_para_recorrer AS prazo,
    analise.dia + contrato.dias_para_recorrer - (now() AT TIME ZONE contrato.fuso)::date AS dias,
    CASE
        WHEN recurso.id IS NULL THEN 'A_RECORRER'
        WHEN recurso.status <> 'APROVADO' THEN recurso.status
        WHEN enviado.status IN ('PENDENTE', 'ENVIANDO') THEN 'A_ENVIAR'
        WHEN enviado.status IN ('EM_DUVIDA', 'CANCELANDO') THEN 'EM_DUVIDA'
        WHEN enviado.status IN ('ERRO', 'CANCELADO') THEN 'A_REFAZER'
        ELSE 'ENVIADO'
    END AS situacao,
    recurso.id AS recurso_id,
    contestavel.valor_recursado,
    contestavel.valor_acatado
FROM (
    SELECT todo.id, todo.guia_id, todo.lote_id, todo.demonstrativo_data
    FROM tiss.guia_tiss_envio AS todo
    WHERE todo.viva
      AND todo.id IN (
          SELECT glosa.envio_id FROM tiss.glosa
          UNION ALL
          SELECT item.envio_id FROM tiss.recurso_item AS item
      )
) AS envio
-- Guia by guia, so that whoever asks about one, or about a lote, reads no other.
CROSS JOIN LATERAL (
    SELECT
        coalesce(recusado.nivel, item.nivel) AS nivel,
        coalesce(recusado.sequencial_item, item.sequencial_item) AS sequencial_item,
        coalesce(recusado.codigo, item.codigo) AS codigo,
        recusado.valor,
        item.recurso_id,
        item.valor_recursado,
        item.valor_acatado
    FROM (
        -- A code that is told twice of one item is one reason.
        SELECT glosa.nivel, glosa.sequencial_item, glosa.codigo, sum(glosa.valor_rateado) AS valor
        FROM tiss.glosa
        WHERE glosa.envio_id = envio.id
        GROUP BY glosa.nivel, glosa.sequencial_item, glosa.codigo
        -- A motive without a share of its own repeats another one.
        HAVING sum(glosa.valor_rateado) > 0 OR count(*) FILTER (WHERE glosa.valor_rateado IS NULL) > 0
    ) AS recusado
    FULL JOIN (
        SELECT
            contestada.nivel,
            contestada.sequencial_item,
            contestada.codigo,
            contestada.recurso_id,
            contestada.valor_recursado,
            contestada.valor_acatado
        FROM tiss.recurso_item AS contestada
        WHERE contestada.envio_id = envio.id
    ) AS item
        ON item.nivel = recusado.nivel
        AND coalesce(item.sequencial_item, 0) = coalesce(recusado.sequencial_item, 0)
        AND item.codigo = recusado.codigo
) AS contestavel
JOIN tiss.guia ON guia.id = envio.guia_id AND guia.viva AND guia.status <> 'CANCELADA'
JOIN tiss.lote ON lote.id = envio.lote_id AND lote.protocolo IS NOT NULL
JOIN tiss.contrato ON contrato.id = guia.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
CROSS JOIN LATERAL (
    -- Of what only payments speak of, the day of the first one.
    SELECT coalesce(
        envio.demonstrativo_data,
        (
            SELECT min(pagamento.data_pagamento)
            FROM tiss.pagamento
            WHERE pagamento.envio_id = envio.id AND NOT pagamento.recurso
        )
    ) AS dia
) AS analise
LEFT JOIN tiss.guia_item AS produto
    ON produto.guia_id = guia.id AND produto.sequencial_item = contestavel.sequencial_item
LEFT JOIN tiss.recurso ON recurso.id = contestavel.recurso_id
LEFT JOIN tiss.lote AS enviado ON enviado.id = recurso.lote_id;

GRANT SELECT ON tiss.a_reapresentar TO tiss_faturamento;
