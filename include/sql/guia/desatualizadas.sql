-- Of a page of keys, the guias whose view row, rules or contrato changed since they were built: the row
-- as it is now, with the guia's id and the number that it already has. Locked, so that no run of another
-- contrato puts it in a lote meanwhile. Params: chaves, those of
-- chaves_novas, tipos, contrato, versao_contrato, versao_regras, passageiras (codes of rules).
SELECT
    guia.id AS guia_id,
    CASE WHEN guia.contrato_id = %(contrato)s THEN guia.numero_guia_prestador END AS numero_atual,
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
JOIN tiss.guia ON guia.consulta_id = consulta.consulta_id
WHERE consulta.consulta_id = ANY (%(chaves)s::text[])
  AND guia.viva
  AND guia.status IN ('INVALIDA', 'GERADA')
  AND guia.ambiente = %(ambiente)s
  AND consulta.clinica_id = %(clinica)s
  AND consulta.registro_ans = %(registro_ans)s
  AND (consulta.data_atendimento >= %(inicio)s OR consulta.data_atendimento IS NULL)
  AND (
      guia.status = 'GERADA'
      OR (
          (%(desde)s::date IS NULL OR consulta.data_atendimento >= %(desde)s)
          AND (%(ate)s::date IS NULL OR consulta.data_atendimento <= %(ate)s)
          AND (cardinality(%(tipos)s::text[]) = 0 OR consulta.tipo_guia = ANY (%(tipos)s))
      )
  )
  AND (
      guia.digest <> consulta.digest
      OR guia.contrato_id IS DISTINCT FROM %(contrato)s
      OR guia.versao_contrato IS DISTINCT FROM %(versao_contrato)s
      OR guia.versao_regras <> %(versao_regras)s
      -- What kept it back may have passed by itself: a day came, another guia was withdrawn.
      OR (
          guia.status = 'INVALIDA'
          AND EXISTS (
              SELECT FROM jsonb_array_elements(guia.problemas) AS problema
              WHERE problema ->> 'gravidade' = 'erro'
                AND problema ->> 'codigo' = ANY (%(passageiras)s::text[])
          )
      )
  )
  AND NOT EXISTS (
      SELECT FROM tiss.guia_tiss_envio AS envio WHERE envio.guia_id = guia.id AND envio.viva
  )
ORDER BY consulta.consulta_id
FOR NO KEY UPDATE OF guia;
