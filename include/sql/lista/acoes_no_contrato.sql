-- What people did about a contrato lately, and who made it, newest first. Params: contrato.
SELECT
    acao.quem,
    acao.o_que,
    acao.quando,
    acao.situacao,
    acao.motivo,
    -- Of the contrato, its keys; of its connection, the fields that were stored. Values are kept nowhere.
    ARRAY(
        SELECT nome
        FROM jsonb_array_elements_text(
            COALESCE(acao.resposta -> 'mudou', acao.resposta -> 'gravados')
        ) WITH ORDINALITY AS um (nome, posicao)
        ORDER BY posicao
    ) AS mudou
FROM tiss.acao
WHERE acao.contrato_id = %(contrato)s
   -- It had no id yet when it was asked for.
   OR (acao.o_que = 'contrato.criar' AND acao.resposta ->> 'contrato_id' = %(contrato)s::text)
ORDER BY acao.id DESC
LIMIT 20;
