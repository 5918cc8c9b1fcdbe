-- The recurso of a lote, when it is too late for it to leave; no row: it may. Params: lote.
SELECT recurso_id, prazo FROM tiss.recurso_vencido WHERE lote_id = %(lote)s;
