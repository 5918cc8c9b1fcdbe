-- Lotes of a contrato that cannot leave as they are and can be built again, locked: ERRO ones, and
-- PENDENTE ones of which nothing can have been accepted (nothing left, or it was turned away unread).
-- Cause: a guia's row changed or disappeared, the version of the standard or the contrato changed or,
-- after ERRO, the rules did. One that was never tried leaves as it is when it is asked for by itself: it
-- is about to be sent, and a corrected address or password changes the contrato too; where all are looked
-- at, what is dismantled is built again at once. An ERRO whose cause stands is left alone. Params: contrato, lote (null = all of the contrato), versao_regras.
WITH parado AS (
    SELECT lote.id, lote.status = 'ERRO' AS recusado
    FROM tiss.lote
    WHERE lote.contrato_id = %(contrato)s
      -- A recurso is prepared again by a person.
      AND lote.tipo_guia <> 'RECURSO_GLOSA'
      AND (%(lote)s::bigint IS NULL OR lote.id = %(lote)s)
      -- A file that a person took to a portal may be there.
      AND lote.exportado_em IS NULL
      AND (
          lote.status = 'ERRO'
          OR (
              lote.status = 'PENDENTE'
              AND NOT EXISTS (
                  SELECT
                  FROM tiss.troca
                  WHERE troca.lote_id = lote.id
                    AND troca.operacao = 'ENVIO_LOTE_GUIAS'
                    AND troca.ultimo_bloco_saiu IS NOT FALSE
                    AND starts_with(troca.desfecho, 'PENDENTE:') IS NOT TRUE
              )
          )
      )
),
parada AS MATERIALIZED (
    SELECT parado.id AS lote_id, parado.recusado, guia.consulta_id, guia.digest, guia.versao_regras
    FROM parado
    JOIN tiss.guia_tiss_envio AS envio ON envio.lote_id = parado.id AND envio.viva
    JOIN tiss.guia ON guia.id = envio.guia_id
),
mudou AS (
    SELECT parada.lote_id
    FROM parada
    LEFT JOIN (
        -- By key, so that the view computes these rows and no others.
        SELECT consulta.consulta_id, consulta.digest
        FROM tiss.consulta_preparada AS consulta
        WHERE consulta.consulta_id = ANY (ARRAY(SELECT parada.consulta_id FROM parada))
    ) AS atual ON atual.consulta_id = parada.consulta_id
    WHERE parada.digest IS DISTINCT FROM atual.digest
       OR (parada.recusado AND parada.versao_regras <> %(versao_regras)s)
)
SELECT lote.id
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE lote.id IN (SELECT parado.id FROM parado)
  -- Said again, because this is what is looked at after waiting for a lock: another run may have sent it.
  AND lote.status IN ('PENDENTE', 'ERRO')
  AND (
      lote.versao_tiss <> contrato.versao_tiss
      OR (
          lote.versao_contrato <> contrato.versao
          AND (lote.tentativa > 0 OR %(lote)s::bigint IS NULL)
      )
      OR lote.id IN (SELECT mudou.lote_id FROM mudou)
  )
ORDER BY lote.id
FOR NO KEY UPDATE OF lote;
