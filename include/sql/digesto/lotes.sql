-- Lotes that stand still: in doubt, refused, or PENDENTE for more than a day; the oldest first.
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
    CASE
        WHEN EXISTS (SELECT FROM tiss.recurso_vencido WHERE recurso_vencido.lote_id = lote.id) THEN 'PRAZO'
        WHEN contrato.tipo_api = 'MANUAL' THEN 'PORTAL'
        WHEN lote.exportado_em IS NOT NULL THEN 'EXPORTADO'
        WHEN NOT lote.liberado THEN 'CONFERENCIA'
    END AS espera
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
CROSS JOIN LATERAL (
    SELECT max(historico.quando) AS desde
    FROM tiss.historico
    WHERE historico.objeto = 'lote' AND historico.objeto_id = lote.id AND historico.para = lote.status
) AS estado
WHERE contrato.ambiente = 'PRODUCAO'
  AND lote.status IN ('EM_DUVIDA', 'ERRO', 'PENDENTE')
  AND (
      lote.status <> 'PENDENTE'
      -- The last two are a person's decision.
      OR (
          lote.criado_em < now() - interval '1 day' AND operadora.ativa AND contrato.suspenso_em IS NULL
      )
  )
ORDER BY lote.status, estado.desde, lote.id;
