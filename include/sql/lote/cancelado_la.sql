-- Whether a lote ended because the operadora cancelled it.
SELECT EXISTS (
    SELECT
    FROM tiss.historico
    WHERE objeto = 'lote' AND objeto_id = %(lote)s AND de = 'CANCELANDO' AND para = 'CANCELADO'
) AS foi;
