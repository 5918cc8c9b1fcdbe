-- A guia that has not left, built again from its row as it is now. Its number stays when it has one.
UPDATE tiss.guia
SET clinica_id = %(clinica_id)s,
    registro_ans = %(registro_ans)s,
    tipo = %(tipo)s,
    data_atendimento = %(data_atendimento)s,
    contrato_id = %(contrato)s,
    numero_carteira = %(numero_carteira)s,
    numero_guia_prestador = %(numero)s,
    numero_guia_operadora = %(numero_guia_operadora)s,
    senha = %(senha)s,
    status = %(status)s,
    problemas = %(problemas)s,
    valor_informado = %(valor_informado)s,
    digest = %(digest)s,
    versao_contrato = %(versao_contrato)s,
    versao_regras = %(versao_regras)s,
    xml = %(xml)s,
    campos_ausentes = %(campos_ausentes)s,
    nome_profissional = %(nome_profissional)s,
    conselho_profissional = %(conselho_profissional)s,
    numero_conselho_profissional = %(numero_conselho_profissional)s,
    uf_profissional = %(uf_profissional)s
WHERE id = %(guia_id)s
  AND viva
  AND status IN ('INVALIDA', 'GERADA')
  AND NOT EXISTS (
      SELECT FROM tiss.guia_tiss_envio AS envio WHERE envio.guia_id = guia.id AND envio.viva
  )
RETURNING id;
