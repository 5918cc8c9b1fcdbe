-- The rest of what is told of a lote.
SELECT
    contrato.codigo_prestador,
    lote.versao_tiss,
    lote.hash,
    length(lote.xml) AS tamanho,
    lote.tentativa,
    lote.prazo,
    lote.data_envio,
    lote.data_resposta,
    lote.proxima_consulta,
    lote.situacao_protocolo,
    lote.observacoes,
    lote.detalhe,
    lote.substituido_por,
    lote.liberado_por,
    lote.exportado_por
FROM tiss.lote
JOIN tiss.contrato ON contrato.id = lote.contrato_id
WHERE lote.id = %(lote)s;
