-- The rest of what is told of a lote.
SELECT
    versao_tiss,
    hash,
    length(xml) AS tamanho,
    tentativa,
    prazo,
    data_envio,
    data_resposta,
    proxima_consulta,
    situacao_protocolo,
    observacoes,
    detalhe,
    substituido_por,
    liberado_por,
    exportado_por
FROM tiss.lote
WHERE id = %(lote)s;
