-- Guias that the operadora cancelled, of a lote: they may be billed again, under a new number, or under
-- the same one where that is allowed. Params: lote, numeros (text[], null = all of the lote),
-- reusa_numero, por, motivo.
UPDATE tiss.guia
SET status = CASE WHEN repete.numero THEN 'GERADA' ELSE 'CANCELADA' END,
    viva = repete.numero,
    encerrada_por = CASE WHEN NOT repete.numero THEN %(por)s END,
    encerrada_motivo = CASE WHEN NOT repete.numero THEN %(motivo)s END
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.guia AS atual ON atual.id = envio.guia_id
CROSS JOIN LATERAL (
    SELECT %(reusa_numero)s AND atual.status IN ('GERADA', 'ENVIADA') AS numero
) AS repete
WHERE envio.lote_id = %(lote)s
  AND envio.viva
  AND guia.id = envio.guia_id
  AND guia.status <> 'CANCELADA'
  AND (%(numeros)s::text[] IS NULL OR guia.numero_guia_prestador = ANY (%(numeros)s));
