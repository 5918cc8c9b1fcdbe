-- There was an answer about a protocolo. When it is asked about again: never sooner than the contrato says, and less and less often as it gets
-- old; once a week at least.
UPDATE tiss.lote
SET consultada_em = now(),
    proxima_consulta = now() + greatest(
        contrato.consulta_a_cada, least((now() - lote.data_envio) / 4, interval '7 days')
    )
FROM tiss.contrato
WHERE lote.id = %(lote)s AND contrato.id = lote.contrato_id;
