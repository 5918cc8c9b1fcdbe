-- Everything that decides whether a lote may leave now. True until the commit when it is asked after
-- contrato/travar_envio, in a statement of its own: one that waited for the lock counts what was there
-- before it waited. Params: lote, suspensao (key of the operation in operacoes_suspensas).
SELECT
    contrato.id AS contrato_id,
    contrato.versao,
    operadora.ativa,
    contrato.tipo_api = 'MANUAL' AS manual,
    contrato.suspenso_por,
    contrato.suspenso_motivo,
    contrato.operacoes_suspensas ->> %(suspensao)s AS motivo_suspensao,
    contrato.max_envios_simultaneos,
    greatest(
        extract(epoch FROM contrato.ultimo_envio + contrato.intervalo_envios - clock_timestamp()), 0
    )::float AS segundos_de_intervalo,
    (
        SELECT count(*)
        FROM tiss.lote AS outro
        WHERE outro.contrato_id = contrato.id
          AND outro.status = 'ENVIANDO'
          AND outro.prazo > clock_timestamp()
    ) AS enviando,
    operadora.max_envios_simultaneos <= (
        SELECT count(*)
        FROM tiss.lote AS outro
        JOIN tiss.contrato AS dele ON dele.id = outro.contrato_id
        WHERE dele.registro_ans = contrato.registro_ans
          AND outro.status = 'ENVIANDO'
          AND outro.prazo > clock_timestamp()
    ) AS operadora_cheia
FROM tiss.contrato
JOIN tiss.operadora ON operadora.registro_ans = contrato.registro_ans
WHERE contrato.id = (SELECT lote.contrato_id FROM tiss.lote WHERE lote.id = %(lote)s);
