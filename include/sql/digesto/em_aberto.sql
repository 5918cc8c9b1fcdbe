-- How many guias wait for a verdict, and for how many reais: the em_aberto of tiss.conciliacao_guia, without reading
-- what has its verdict.
SELECT count(*) AS guias, coalesce(sum(guia.valor_informado), 0.00) AS valor
FROM tiss.lote
JOIN tiss.guia_tiss_envio AS envio
    ON envio.lote_id = lote.id AND envio.viva AND envio.resultado IS NULL
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE lote.status NOT IN ('PROCESSADO', 'CANCELADO')
  AND lote.protocolo IS NOT NULL
  AND guia.viva
  AND guia.status <> 'CANCELADA'
  AND guia.ambiente = 'PRODUCAO';
