-- The verdicts on guias, as their sendings have them. In HOMOLOGACAO it is a rehearsal: nothing is written to the
-- clinic. Params: decididos (json).
UPDATE tiss.guia
SET status = envio.resultado,
    valor_processado = decidido.processado,
    valor_liberado = decidido.liberado,
    valor_glosado = decidido.glosado,
    -- Of one that was refused, and is not any more, a part was granted.
    glosa_parcial = decidido.parcial OR envio.resultado <> decidido.resultado,
    resultado_gravado = (guia.ambiente <> 'PRODUCAO')
FROM jsonb_to_recordset(%(decididos)s::jsonb) AS decidido (
    envio bigint, guia bigint, resultado text, processado numeric, liberado numeric, glosado numeric,
    parcial boolean
)
JOIN tiss.guia_tiss_envio AS envio ON envio.id = decidido.envio
WHERE guia.id = decidido.guia AND decidido.resultado IS NOT NULL;
