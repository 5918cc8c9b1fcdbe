-- What does not fit. Each once while it is open. Params: divergencias (json), lote, contrato.
INSERT INTO tiss.divergencia (motivo, descricao, lote_id, guia_id, contrato_id, chave)
SELECT
    divergencia.motivo, divergencia.descricao, %(lote)s, divergencia.guia, %(contrato)s,
    divergencia.chave
FROM jsonb_to_recordset(%(divergencias)s::jsonb) AS divergencia (
    motivo text, descricao text, guia bigint, chave text
)
ORDER BY divergencia.guia, divergencia.motivo, divergencia.chave
ON CONFLICT (motivo, lote_id, guia_id, contrato_id, chave) WHERE fechada_em IS NULL
DO UPDATE SET descricao = excluded.descricao;
