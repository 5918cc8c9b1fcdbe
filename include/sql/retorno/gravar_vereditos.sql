-- The verdicts on guias. In HOMOLOGACAO it is a rehearsal: nothing is written to the clinic. Params: decididos (json).
UPDATE tiss.guia
SET status = decidido.resultado,
    valor_processado = decidido.processado,
    valor_liberado = decidido.liberado,
    valor_glosado = decidido.glosado,
    glosa_parcial = decidido.parcial,
    resultado_gravado = (ambiente <> 'PRODUCAO')
FROM jsonb_to_recordset(%(decididos)s::jsonb) AS decidido (
    guia bigint, resultado text, processado numeric, liberado numeric, glosado numeric,
    parcial boolean
)
WHERE guia.id = decidido.guia AND decidido.resultado IS NOT NULL;
