-- Whether an attempt to send a lote may have been accepted.
SELECT tiss.pode_ter_ficado(%(lote)s) AS pode;
