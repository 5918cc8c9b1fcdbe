-- A lote whose guias all have a verdict; nothing more is asked of one that is closed, or paid in full.
UPDATE tiss.lote
SET status = 'PROCESSADO',
    encerrado = situacao_protocolo IN ('4', '6', '9') OR NOT EXISTS (
        SELECT
        FROM tiss.guia_tiss_envio AS envio
        WHERE envio.lote_id = lote.id AND envio.viva AND envio.valor_liberado > envio.valor_pago
    )
WHERE id = %(lote)s
  AND status IN ('ENVIADO', 'PROCESSADO')
  AND tipo_guia <> 'RECURSO_GLOSA'
  AND NOT encerrado
  AND NOT EXISTS (
      SELECT
      FROM tiss.guia_tiss_envio AS envio
      WHERE envio.lote_id = lote.id AND envio.viva AND envio.resultado IS NULL
  )
RETURNING encerrado;
