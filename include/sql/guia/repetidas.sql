-- Items of live guias of a clinic and an operadora, by card and day: what a probable second billing is
-- compared with. Only guias whose day of care is within 60 days of the days asked for are looked at: a
-- card that many share is not read as a whole, and a treatment or stay seldom has items further away.
-- Params: clinica, registro_ans, ambiente, carteiras (text[]), dias (date[]).
SELECT
    guia.consulta_id,
    guia.numero_carteira,
    item.data_execucao,
    item.codigo_tabela,
    item.codigo_procedimento
FROM tiss.guia
CROSS JOIN LATERAL (
    SELECT
        item.sequencial_item, item.data_execucao, item.codigo_tabela, item.codigo_procedimento
    FROM tiss.guia_item AS item
    WHERE item.guia_id = guia.id AND item.data_execucao = ANY (%(dias)s::date[])
    -- Guia by guia, by its key: joined as a whole, all items ever billed would be read.
    OFFSET 0
) AS item
WHERE guia.clinica_id = %(clinica)s
  AND guia.numero_carteira = ANY (%(carteiras)s::text[])
  AND guia.data_atendimento BETWEEN
      (SELECT min(dia) FROM unnest(%(dias)s::date[]) AS dia) - 60
      AND (SELECT max(dia) FROM unnest(%(dias)s::date[]) AS dia) + 60
  AND guia.registro_ans = %(registro_ans)s
  AND guia.ambiente = %(ambiente)s
  AND guia.viva
  AND guia.status <> 'INVALIDA'
ORDER BY guia.consulta_id, item.sequencial_item;
