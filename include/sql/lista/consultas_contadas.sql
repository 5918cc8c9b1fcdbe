-- What waits to be billed by situation, and how many were looked at for it, no more than ate_quantas. Params: those of
-- tiss.em_espera, as in lista/consultas; ate_quantas.
SELECT
    count(*) AS olhadas,
    count(*) FILTER (WHERE contada.deste_tipo AND NOT contada.com_problemas) AS prontas,
    count(*) FILTER (WHERE contada.deste_tipo AND contada.com_problemas) AS com_problemas
FROM (
    SELECT
        espera.com_problemas,
        -- Of those looked at only: the clinic's view may have to read what was done to know of what type a guia is.
        cardinality(%(tipos)s::text[]) = 0 OR espera.tipo_guia = ANY (%(tipos)s::text[]) AS deste_tipo
    FROM tiss.em_espera(
        %(ambiente)s, NULL, %(operadoras)s, %(desde)s, %(ate)s, %(busca)s,
        '{}', %(profissional)s, %(problema)s
    ) AS espera
    LIMIT %(ate_quantas)s
) AS contada;
