-- The rows of a page of keys, in order, that still belong to the contrato and have no live guia: since
-- the keys were read another run may have made one, or the clinic may have moved the consulta.
-- Params: chaves, those of chaves_novas, tipos (text[], empty = any).
SELECT
    consulta.consulta_id,
    consulta.clinica_id,
    consulta.registro_ans,
    consulta.tipo_guia,
    consulta.data_atendimento,
    consulta.numero_carteira,
    consulta.atendimento_rn,
    consulta.nome_profissional,
    consulta.conselho_profissional,
    consulta.numero_conselho_profissional,
    consulta.uf,
    consulta.cbo,
    consulta.indicacao_acidente,
    consulta.regime_atendimento,
    consulta.tipo_consulta,
    consulta.tipo_atendimento,
    consulta.carater_atendimento,
    consulta.indicacao_clinica,
    consulta.data_solicitacao,
    consulta.nome_solicitante,
    consulta.conselho_solicitante,
    consulta.numero_conselho_solicitante,
    consulta.uf_solicitante,
    consulta.cbo_solicitante,
    consulta.numero_guia_prestador,
    consulta.numero_guia_operadora,
    consulta.senha,
    consulta.data_autorizacao,
    consulta.data_validade_senha,
    consulta.observacao,
    consulta.itens,
    consulta.despesas,
    consulta.complemento,
    consulta.digest
FROM tiss.consulta_preparada AS consulta
WHERE consulta.consulta_id = ANY (%(chaves)s::text[])
  AND consulta.clinica_id = %(clinica)s
  AND consulta.registro_ans = %(registro_ans)s
  AND (consulta.data_atendimento >= %(inicio)s OR consulta.data_atendimento IS NULL)
  AND (%(desde)s::date IS NULL OR consulta.data_atendimento >= %(desde)s)
  AND (%(ate)s::date IS NULL OR consulta.data_atendimento <= %(ate)s)
  AND (cardinality(%(tipos)s::text[]) = 0 OR consulta.tipo_guia = ANY (%(tipos)s))
  AND NOT EXISTS (
      SELECT
      FROM tiss.guia
      WHERE guia.consulta_id = consulta.consulta_id
        AND guia.ambiente = %(ambiente)s
        AND guia.viva
  )
  AND NOT EXISTS (
      SELECT
      FROM tiss.retida
      WHERE retida.consulta_id = consulta.consulta_id AND retida.ambiente = %(ambiente)s
  )
ORDER BY consulta.consulta_id;
