-- What reconciliation did not tell: recursos in time, and who did what was refused.
-- depends: 0010_indices

-- What has not left by its last day -------------------------------------------------------------------------

-- Whether an attempt to send a lote may have been accepted: neither one of which nothing left, nor one that was
-- turned away unread.
CREATE FUNCTION tiss.pode_ter_ficado(qual bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT
        FROM tiss.troca
        WHERE troca.lote_id = qual
          AND troca.operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA')
          AND troca.ultimo_bloco_saiu IS NOT FALSE
          AND starts_with(troca.desfecho, 'PENDENTE:') IS NOT TRUE
    )
$$;

-- Approved in time, and still here after the last day on which one of its glosas may be contested. What may be at
-- the operadora, or at its portal, is not held: it goes the way of every lote.
CREATE VIEW tiss.recurso_vencido AS
SELECT lote.id AS lote_id, recurso.id AS recurso_id, vencida.prazo
FROM tiss.lote
JOIN tiss.recurso ON recurso.lote_id = lote.id
CROSS JOIN LATERAL (
    SELECT min(glosa.prazo) AS prazo
    FROM tiss.conciliacao_recurso AS glosa
    WHERE glosa.recurso_id = recurso.id
      AND glosa.valor_acatado IS NULL
      AND glosa.dias < 0
      -- By key, so that the view looks at no other.
      AND glosa.envio_id = ANY (ARRAY(
          SELECT dele.envio_id FROM tiss.recurso_item AS dele WHERE dele.recurso_id = recurso.id
      ))
) AS vencida
WHERE lote.status = 'PENDENTE'
  AND lote.tipo_guia = 'RECURSO_GLOSA'
  AND lote.exportado_em IS NULL
  AND vencida.prazo IS NOT NULL
  AND NOT tiss.pode_ter_ficado(lote.id);
COMMENT ON VIEW tiss.recurso_vencido IS 'Recursos that were approved, have not left, and are too late now';

-- What a recurso brought has its time to be paid, as what an analysis released has --------------------------

-- The answer to a recurso tells no day of its own.
ALTER TABLE tiss.recurso_item ADD COLUMN acatado_em timestamptz;
COMMENT ON COLUMN tiss.recurso_item.acatado_em IS 'When valor_acatado was told; told again, it is not another day';
UPDATE tiss.recurso_item AS item
SET acatado_em = coalesce(recurso.respondido_em, now())
FROM tiss.recurso
WHERE recurso.id = item.recurso_id AND item.valor_acatado IS NOT NULL;

-- The same columns as before, and whose money it is: of the analysis, or of recursos. A guia may have both.
CREATE OR REPLACE VIEW tiss.conciliacao_atraso AS
SELECT
    guia.contrato_id,
    operadora.nome AS operadora,
    guia.ambiente,
    lote.id AS lote_id,
    lote.numero_lote,
    lote.protocolo,
    guia.id AS guia_id,
    guia.numero_guia_prestador,
    parte.liberado,
    parte.pago,
    parte.liberado - parte.pago AS falta,
    parte.devido_em,
    hoje.dia - parte.devido_em AS dias,
    parte.origem
FROM tiss.guia_tiss_envio AS envio
-- Each by its key: how few of all guias are not paid is more than the planner can know.
CROSS JOIN LATERAL (
    SELECT guia.id, guia.contrato_id, guia.ambiente, guia.numero_guia_prestador
    FROM tiss.guia
    WHERE guia.id = envio.guia_id AND guia.viva AND guia.status <> 'CANCELADA'
    LIMIT 1
) AS guia
JOIN tiss.lote ON lote.id = envio.lote_id AND lote.protocolo IS NOT NULL
JOIN tiss.contrato ON contrato.id = lote.contrato_id AND contrato.dias_para_pagar IS NOT NULL
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE contrato.fuso)::date AS dia) AS hoje
CROSS JOIN LATERAL (
    SELECT
        'ANALISE' AS origem,
        envio.valor_liberado AS liberado,
        envio.valor_pago AS pago,
        -- Some demonstrativos tell no day of their own.
        coalesce(
            nullif(envio.demonstrativo_data, '0001-01-01'),
            (lote.data_envio AT TIME ZONE contrato.fuso)::date
        ) + contrato.dias_para_pagar AS devido_em
    WHERE envio.valor_liberado > envio.valor_pago
    UNION ALL
    -- Only what is due by now, the first day on which something of it is missing: what is paid pays what was
    -- granted first.
    SELECT
        'RECURSO',
        max(acatado.ate_este_dia)::numeric(12, 2),
        recebido.valor::numeric(14, 2),
        min(acatado.devido_em) FILTER (WHERE acatado.ate_este_dia > recebido.valor)
    FROM (
        -- Not every operadora tells apart what a recurso brought: what came beyond the analysis came too.
        SELECT envio.valor_pago_recurso + greatest(envio.valor_pago - envio.valor_liberado, 0) AS valor
    ) AS recebido
    CROSS JOIN (
        SELECT
            concedido.dia + contrato.dias_para_pagar AS devido_em,
            sum(concedido.valor_acatado) OVER (ORDER BY concedido.dia) AS ate_este_dia
        FROM (
            SELECT (item.acatado_em AT TIME ZONE contrato.fuso)::date AS dia, item.valor_acatado
            FROM tiss.recurso_item AS item
            WHERE item.envio_id = envio.id AND item.valor_acatado > 0
        ) AS concedido
    ) AS acatado
    WHERE envio.valor_recuperado > envio.valor_pago_recurso AND acatado.devido_em < hoje.dia
    GROUP BY recebido.valor
    HAVING max(acatado.ate_este_dia) > recebido.valor
) AS parte
WHERE envio.viva
  AND envio.resultado IS NOT NULL
  AND (envio.valor_liberado > envio.valor_pago OR envio.valor_recuperado > envio.valor_pago_recurso)
  AND parte.devido_em < hoje.dia;
COMMENT ON VIEW tiss.conciliacao_atraso IS
    'What was released, or granted to recursos, and should have been paid by now, in reais';

-- How long recursos wait ------------------------------------------------------------------------------------

-- The same columns as before, of the same lotes, and the recursos that the operadora has and did not answer, whether
-- they went by the service or by the portal. What they ask for has a column of its own: its guias have their verdicts,
-- and are in nothing that is open.
CREATE OR REPLACE VIEW tiss.conciliacao_espera AS
SELECT
    espera.contrato_id,
    espera.lote_id,
    espera.numero_lote,
    espera.protocolo,
    espera.dias,
    CASE
        WHEN espera.dias <= 30 THEN 'até 30 dias'
        WHEN espera.dias <= 60 THEN '31 a 60 dias'
        WHEN espera.dias <= 90 THEN '61 a 90 dias'
        ELSE 'mais de 90 dias'
    END AS faixa,
    espera.guias_em_aberto,
    espera.em_aberto,
    espera.recurso_id,
    espera.guias_em_recurso,
    espera.em_recurso
FROM (
    SELECT
        aberto.*,
        (now() AT TIME ZONE contrato.fuso)::date
            - (lote.data_envio AT TIME ZONE contrato.fuso)::date AS dias
    FROM (
        SELECT
            contrato_id,
            lote_id,
            numero_lote,
            protocolo,
            guias_em_aberto,
            em_aberto,
            NULL::bigint AS recurso_id,
            0::bigint AS guias_em_recurso,
            0.00 AS em_recurso
        FROM tiss.conciliacao_lote
        WHERE guias_em_aberto > 0
        UNION ALL
        SELECT
            enviado.contrato_id,
            enviado.id,
            enviado.numero_lote,
            enviado.protocolo,
            0,
            0.00,
            recurso.id,
            count(DISTINCT item.envio_id),
            sum(item.valor_recursado)
        FROM tiss.lote AS enviado
        JOIN tiss.recurso ON recurso.lote_id = enviado.id AND recurso.status = 'APROVADO'
        JOIN tiss.recurso_item AS item ON item.recurso_id = recurso.id AND item.valor_acatado IS NULL
        JOIN tiss.guia_tiss_envio AS envio ON envio.id = item.envio_id AND envio.viva
        JOIN tiss.guia ON guia.id = envio.guia_id AND guia.viva AND guia.status <> 'CANCELADA'
        WHERE enviado.tipo_guia = 'RECURSO_GLOSA'
          AND enviado.status IN ('ENVIADO', 'EM_DUVIDA', 'CANCELANDO')
          AND enviado.protocolo IS NOT NULL
        GROUP BY enviado.id, recurso.id
    ) AS aberto
    JOIN tiss.lote ON lote.id = aberto.lote_id
    JOIN tiss.contrato ON contrato.id = aberto.contrato_id
) AS espera;
COMMENT ON VIEW tiss.conciliacao_espera IS 'How long lotes wait for verdicts, and recursos for answers, in reais';

-- Who did an item -------------------------------------------------------------------------------------------

ALTER TABLE tiss.guia_item
    ADD COLUMN nome_profissional text,
    ADD COLUMN conselho_profissional text,
    ADD COLUMN numero_conselho_profissional text,
    ADD COLUMN uf_profissional text;
COMMENT ON COLUMN tiss.guia_item.numero_conselho_profissional IS
    'Of its equipe, who answers for it: the lowest grau; null without one, and in guias of before this column';

-- The same columns and the same sums as before: each glosa is of one person, whole. Of an item, of who answers for it;
-- else of who attended; else, what is of a whole guia, of the only one whom its items name.
CREATE OR REPLACE VIEW tiss.conciliacao_glosa_profissional AS
SELECT
    guia.contrato_id,
    operadora.nome AS operadora,
    guia.ambiente,
    atendeu.conselho_profissional,
    atendeu.numero_conselho_profissional,
    atendeu.uf_profissional,
    max(atendeu.nome_profissional) AS nome_profissional,
    glosa.codigo,
    tiss.descricao_glosa(glosa.codigo) AS descricao,
    glosa.nivel,
    item.codigo_tabela,
    item.codigo_procedimento,
    count(*) AS glosas,
    count(DISTINCT guia.id) AS guias,
    sum(glosa.valor_rateado) AS valor,
    count(*) FILTER (WHERE glosa.valor_rateado IS NULL) AS sem_valor
FROM tiss.glosa
JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id AND envio.viva
JOIN tiss.guia ON guia.id = envio.guia_id AND guia.viva
JOIN tiss.contrato ON contrato.id = guia.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
LEFT JOIN tiss.guia_item AS item
    ON item.guia_id = guia.id AND item.sequencial_item = glosa.sequencial_item
LEFT JOIN LATERAL (
    SELECT
        1 AS ordem,
        item.conselho_profissional,
        item.numero_conselho_profissional,
        item.uf_profissional,
        item.nome_profissional
    WHERE item.numero_conselho_profissional IS NOT NULL
    UNION ALL
    SELECT
        2,
        guia.conselho_profissional,
        guia.numero_conselho_profissional,
        guia.uf_profissional,
        guia.nome_profissional
    WHERE guia.numero_conselho_profissional IS NOT NULL OR guia.nome_profissional IS NOT NULL
    UNION ALL
    SELECT
        3,
        max(dela.conselho_profissional),
        max(dela.numero_conselho_profissional),
        max(dela.uf_profissional),
        max(dela.nome_profissional)
    FROM tiss.guia_item AS dela
    WHERE dela.guia_id = guia.id
      AND dela.numero_conselho_profissional IS NOT NULL
      AND glosa.nivel <> 'ITEM'
    HAVING count(DISTINCT (
        dela.conselho_profissional, dela.numero_conselho_profissional, dela.uf_profissional
    )) = 1
    ORDER BY ordem
    LIMIT 1
) AS atendeu ON true
WHERE glosa.origem = 'DEMONSTRATIVO_ANALISE'
GROUP BY
    guia.contrato_id, operadora.nome, guia.ambiente, atendeu.conselho_profissional,
    atendeu.numero_conselho_profissional, atendeu.uf_profissional, glosa.codigo, glosa.nivel,
    item.codigo_tabela, item.codigo_procedimento;

GRANT SELECT ON tiss.recurso_vencido TO tiss_faturamento;
