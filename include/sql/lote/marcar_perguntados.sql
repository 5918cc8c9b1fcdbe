-- The lotes in doubt that only a person can settle and nobody was asked about yet; they are noted as asked.
-- By itself goes on what has a protocolo that may be asked about, or a contrato that cancels its doubts;
-- until an answer comes that settles nothing. During the quarantine there is nothing to decide yet.
-- Params: quem; what it asked about already is returned again, because its question may not have been put.
UPDATE tiss.lote
SET perguntado_em = now(), perguntado_por = %(quem)s
FROM tiss.contrato
CROSS JOIN LATERAL (
    SELECT CASE contrato.tipo_api
        WHEN 'SOAP' THEN contrato.servicos_soap
        WHEN 'REST' THEN contrato.servicos_rest
        WHEN 'AMBOS' THEN contrato.servicos_soap || contrato.servicos_rest
        ELSE '{}'
    END AS servicos
) AS oferta
WHERE contrato.id = lote.contrato_id
  AND lote.status = 'EM_DUVIDA'
  AND (lote.perguntado_em IS NULL OR lote.perguntado_por = %(quem)s)
  -- One that was never tried, as after a restore, has none.
  AND coalesce(tiss.quarentena_ate(lote.id), '-infinity') <= now()
  AND (
      NOT (
          (
              lote.protocolo IS NOT NULL
              AND oferta.servicos ? CASE lote.tipo_guia
                  WHEN 'RECURSO_GLOSA' THEN 'SOLIC_STATUS_RECURSO_GLOSA'
                  ELSE 'SOLIC_STATUS_PROTOCOLO'
              END
          )
          OR (contrato.politica_duvida = 'CANCELAMENTO' AND oferta.servicos ? 'CANCELA_GUIA')
      )
      OR lote.id IN (
          SELECT divergencia.lote_id
          FROM tiss.divergencia
          WHERE divergencia.fechada_em IS NULL
            AND divergencia.motivo IN (
                'CANCELAMENTO_RECUSADO', 'CANCELAMENTO_PARCIAL', 'PROTOCOLO_NAO_LOCALIZADO'
            )
      )
  )
RETURNING lote.id;
