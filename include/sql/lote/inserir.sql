-- A new lote, PENDENTE.
INSERT INTO tiss.lote (
    contrato_id, numero_lote, tipo_guia, quantidade_guias, valor_total, versao_contrato,
    versao_tiss, xml, hash, liberado
) VALUES (
    %(contrato)s, %(numero_lote)s, %(tipo)s, %(quantidade)s, %(valor_total)s,
    %(versao_contrato)s, %(versao_tiss)s, %(xml)s, %(hash)s, %(liberado)s
)
RETURNING id;
