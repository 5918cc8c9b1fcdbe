-- Consultas of which the clinic has a resultado, though none of ours can be it: they never had a guia. No night looks
-- for them. Those from before the contrato began belong to the clinic's old system; a recovery told of those that it
-- holds back. The clinic is told nothing of a rehearsal, so a contrato of HOMOLOGACAO has none.
-- Params: contratos (integer[]), desde (first day of care that is looked at).
WITH candidata AS MATERIALIZED (
    SELECT contrato.id AS contrato_id, consulta.consulta_id
    FROM tiss.consulta_preparada AS consulta
    JOIN tiss.prestador ON prestador.clinica_id = consulta.clinica_id
    JOIN tiss.contrato
        ON contrato.prestador_id = prestador.id
        AND contrato.registro_ans = consulta.registro_ans
        AND (
            consulta.data_atendimento >= contrato.faturar_a_partir_de
            OR consulta.data_atendimento IS NULL
        )
    WHERE contrato.id = ANY (%(contratos)s::integer[])
      AND contrato.ambiente = 'PRODUCAO'
      AND consulta.resultado IS NOT NULL
      AND (consulta.data_atendimento >= %(desde)s OR consulta.data_atendimento IS NULL)
)

SELECT candidata.contrato_id, candidata.consulta_id
FROM candidata
-- Each by its keys: joined as a whole, all guias ever made would be read. One that ended is billed again beside its
-- resultado.
LEFT JOIN LATERAL (
    SELECT true AS tem
    FROM tiss.guia
    WHERE guia.consulta_id = candidata.consulta_id AND guia.ambiente = 'PRODUCAO' AND guia.viva
    UNION ALL
    SELECT true
    FROM tiss.guia
    WHERE guia.consulta_id = candidata.consulta_id AND guia.ambiente = 'PRODUCAO' AND NOT guia.viva
    UNION ALL
    SELECT true
    FROM tiss.retida
    WHERE retida.consulta_id = candidata.consulta_id AND retida.ambiente = 'PRODUCAO'
    LIMIT 1
) AS conhecida ON true
WHERE conhecida.tem IS NULL
ORDER BY candidata.contrato_id, candidata.consulta_id;
