-- Guias of a lote that was analysed, of which nobody said anything: no analysis, and no payment. Params: lote,
-- situacoes (in which a protocolo is analysed).
SELECT envio.guia_id
FROM tiss.lote
JOIN tiss.guia_tiss_envio AS envio ON envio.lote_id = lote.id AND envio.viva
JOIN tiss.guia ON guia.id = envio.guia_id AND guia.status <> 'CANCELADA'
WHERE lote.id = %(lote)s
  AND lote.situacao_protocolo = ANY (%(situacoes)s)
  AND envio.resultado IS NULL
  AND envio.demonstrativo_data IS NULL
  AND NOT EXISTS (
      SELECT FROM tiss.pagamento WHERE pagamento.envio_id = envio.id AND NOT pagamento.recurso
  )
ORDER BY envio.guia_id;
