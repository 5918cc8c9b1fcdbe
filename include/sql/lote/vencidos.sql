-- Lotes that a process left behind: still ENVIANDO or CANCELANDO after their time, or with a stored reply that nobody
-- understood (its process stopped between storing and understanding it).
SELECT lote.id
FROM tiss.lote
WHERE (lote.status IN ('ENVIANDO', 'CANCELANDO') AND lote.prazo < clock_timestamp())
   OR (
       lote.status NOT IN ('ENVIANDO', 'CANCELANDO')
       AND lote.id IN (
           SELECT troca.lote_id
           FROM tiss.troca
           WHERE troca.operacao IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA')
             AND troca.fim IS NOT NULL
             AND troca.interpretada_em IS NULL
       )
   )
ORDER BY lote.id;
