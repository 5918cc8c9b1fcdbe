-- What does not fit and nobody closed, by reason; novas: of those that are given. Params: novas (bigint[]).
SELECT
    divergencia.motivo,
    count(*) AS quantas,
    count(*) FILTER (WHERE divergencia.id = ANY (%(novas)s::bigint[])) AS novas
FROM tiss.divergencia
LEFT JOIN tiss.lote ON lote.id = divergencia.lote_id
LEFT JOIN tiss.guia ON guia.id = divergencia.guia_id
LEFT JOIN tiss.contrato ON contrato.id = coalesce(divergencia.contrato_id, lote.contrato_id, guia.contrato_id)
WHERE divergencia.fechada_em IS NULL AND coalesce(contrato.ambiente, 'PRODUCAO') = 'PRODUCAO'
GROUP BY divergencia.motivo
ORDER BY quantas DESC, divergencia.motivo;
