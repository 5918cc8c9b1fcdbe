-- How many guias wait for a verdict, and for how many reais: the em_aberto of tiss.conciliacao_guia, without reading
-- what has its verdict. The lotes that may hold one are found first, by their states, and the guias by these lotes.
SELECT count(*) AS guias, coalesce(sum(guia.valor_informado), 0.00) AS valor
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.guia ON guia.id = envio.guia_id
WHERE envio.lote_id = ANY (ARRAY(
        SELECT lote.id
        FROM tiss.lote
        WHERE lote.status IN ('PENDENTE', 'ENVIANDO', 'ENVIADO', 'EM_DUVIDA', 'CANCELANDO', 'ERRO')
          AND lote.protocolo IS NOT NULL
    ))
  AND envio.viva
  AND envio.resultado IS NULL
  AND guia.viva
  AND guia.status <> 'CANCELADA'
  AND guia.ambiente = 'PRODUCAO';
