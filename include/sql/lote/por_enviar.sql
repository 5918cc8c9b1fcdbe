-- Lotes that had not left, or were on their way, by id: a backup does not know what became of them.
SELECT id FROM tiss.lote WHERE status IN ('PENDENTE', 'ENVIANDO', 'CANCELANDO') ORDER BY id;
