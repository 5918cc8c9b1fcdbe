-- The history of a contrato begins with who made it.
-- depends: 0018_espera

-- What a person asks for is noted before it is done, when a new contrato has no id yet: its answer tells it. A note is
-- not changed afterwards, so it is found by that answer.
CREATE INDEX acao_contrato_criado ON tiss.acao ((resposta ->> 'contrato_id')) WHERE o_que = 'contrato.criar';
