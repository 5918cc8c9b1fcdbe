-- What does not fit and nobody closed, of any month, by reason. Params: operadoras, ambiente.
SELECT divergencia.motivo, count(*) AS quantas, min(divergencia.aberta_em) AS desde
FROM tiss.divergencia
LEFT JOIN tiss.lote ON lote.id = divergencia.lote_id
LEFT JOIN tiss.guia ON guia.id = divergencia.guia_id
LEFT JOIN tiss.contrato ON contrato.id = coalesce(divergencia.contrato_id, lote.contrato_id, guia.contrato_id)
WHERE divergencia.fechada_em IS NULL
  -- One that is of no contrato concerns who looks at production.
  AND coalesce(contrato.ambiente, 'PRODUCAO') = %(ambiente)s
  AND (cardinality(%(operadoras)s::text[]) = 0 OR contrato.registro_ans = ANY (%(operadoras)s))
GROUP BY divergencia.motivo
ORDER BY quantas DESC, divergencia.motivo;
