-- One lote with its bytes.
SELECT
    id, contrato_id, numero_lote, tipo_guia, quantidade_guias, valor_total, status, versao_tiss,
    xml, hash, tentativa, protocolo, situacao_protocolo, criado_em, observacoes, substituido_por
FROM tiss.lote
WHERE id = %(lote)s;
