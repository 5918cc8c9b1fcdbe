-- Whether a lote must not leave: an answer said that a copy of it, or of one of its guias, was accepted, and nobody
-- has settled that yet.
SELECT EXISTS (
    SELECT
    FROM tiss.divergencia
    WHERE divergencia.motivo = 'POSSIVEL_DUPLICIDADE'
      AND divergencia.fechada_em IS NULL
      AND divergencia.lote_id IN (
          SELECT outro.lote_id
          FROM tiss.guia_tiss_envio AS atual
          JOIN tiss.guia_tiss_envio AS outro ON outro.guia_id = atual.guia_id
          WHERE atual.lote_id = %(lote)s
          UNION ALL
          SELECT outro.lote_id
          FROM tiss.recurso_envio AS atual
          JOIN tiss.recurso_envio AS outro ON outro.recurso_id = atual.recurso_id
          WHERE atual.lote_id = %(lote)s
      )
) AS detido;
