-- Lotes that stand still: in doubt, refused, or PENDENTE for more than a day; the oldest first. Params: logo (those
-- that a person has to do something about are told at once).
SELECT
    lote.contrato_id,
    operadora.nome AS operadora,
    prestador.nome AS prestador,
    lote.id AS lote_id,
    lote.numero_lote,
    lote.status,
    lote.tentativa,
    lote.quantidade_guias AS guias,
    lote.valor_total AS valor,
    estado.desde,
    pessoa.espera
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
CROSS JOIN LATERAL (
    -- One that was brought in from elsewhere has no history.
    SELECT coalesce(max(historico.quando), lote.criado_em) AS desde
    FROM tiss.historico
    WHERE historico.objeto = 'lote' AND historico.objeto_id = lote.id AND historico.para = lote.status
) AS estado
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN EXISTS (SELECT FROM tiss.recurso_vencido WHERE recurso_vencido.lote_id = lote.id) THEN 'PRAZO'
            WHEN contrato.tipo_api = 'MANUAL' THEN 'PORTAL'
            WHEN lote.exportado_em IS NOT NULL THEN 'EXPORTADO'
            WHEN NOT lote.liberado THEN 'CONFERENCIA'
        END AS espera
) AS pessoa
WHERE contrato.ambiente = 'PRODUCAO'
  AND lote.status IN ('EM_DUVIDA', 'ERRO', 'PENDENTE')
  AND (
      lote.status <> 'PENDENTE'
      -- The last two are a person's decision.
      OR (
          (lote.criado_em < now() - interval '1 day' OR (%(logo)s AND pessoa.espera IS NOT NULL))
          AND operadora.ativa
          AND contrato.suspenso_em IS NULL
      )
  )
ORDER BY lote.status, estado.desde, lote.id;
