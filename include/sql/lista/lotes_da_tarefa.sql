-- Lotes that an instance of a task exchanged messages about. Params: quem (dag/run/task/map_index/, as a troca has it).
SELECT DISTINCT lote_id
FROM tiss.troca
WHERE lote_id IS NOT NULL
  AND quem COLLATE "C" >= %(quem)s
  AND quem COLLATE "C" < %(quem)s || chr(1114111)
ORDER BY lote_id
LIMIT 100;
