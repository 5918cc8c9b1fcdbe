-- Whether a lote has an open divergence of one of these reasons. Params: motivos, lote.
SELECT EXISTS (
    SELECT
    FROM tiss.divergencia
    WHERE lote_id = %(lote)s AND motivo = ANY (%(motivos)s) AND fechada_em IS NULL
) AS tem;
