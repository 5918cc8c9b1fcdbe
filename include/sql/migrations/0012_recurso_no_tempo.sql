-- A recurso in time: what has not left by its last day stays.
-- depends: 0010_indices

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

GRANT SELECT ON tiss.recurso_vencido TO tiss_faturamento;
