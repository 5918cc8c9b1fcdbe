-- Whether a credential may be used now, and how many exchanges use it: those of which nobody has understood
-- the reply yet, while they last and nobody gave them up. True until the commit when it is asked after
-- contrato/travar_credencial. Params: conexao, margem (seconds).
SELECT
    credencial.impressao,
    credencial.ultimo_sucesso IS NOT NULL AS provada,
    credencial.motivo_suspensao,
    (
        SELECT count(*)
        FROM tiss.troca
        JOIN tiss.contrato ON contrato.id = troca.contrato_id
        LEFT JOIN tiss.lote ON lote.id = troca.lote_id
        WHERE contrato.credencial = credencial.conexao
          AND troca.interpretada_em IS NULL
          AND (troca.operacao NOT IN ('ENVIO_LOTE_GUIAS', 'RECURSO_GLOSA') OR lote.status = 'ENVIANDO')
          AND troca.inicio + make_interval(
              secs => contrato.segundos_total + %(margem)s
          ) > clock_timestamp()
    ) AS em_uso
FROM tiss.credencial
WHERE credencial.conexao = %(conexao)s;
