-- Whether a lote must not leave: an answer said that a copy of one of its guias was accepted, and nobody
-- has settled that yet.
SELECT EXISTS (
    SELECT
    FROM tiss.guia_tiss_envio AS atual
    JOIN tiss.guia_tiss_envio AS outro ON outro.guia_id = atual.guia_id
    JOIN tiss.divergencia ON divergencia.lote_id = outro.lote_id
    WHERE atual.lote_id = %(lote)s
      AND divergencia.motivo = 'POSSIVEL_DUPLICIDADE'
      AND divergencia.fechada_em IS NULL
) AS detido;
