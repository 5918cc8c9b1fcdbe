-- The open divergences of a guia, the newest first. Params: guia, com_texto (they may repeat what somebody wrote).
SELECT
    divergencia.id,
    divergencia.motivo,
    CASE WHEN %(com_texto)s THEN divergencia.descricao END AS descricao,
    divergencia.aberta_em
FROM tiss.divergencia
WHERE divergencia.guia_id = %(guia)s AND divergencia.fechada_em IS NULL
ORDER BY divergencia.id DESC;
