-- A day goes by: the simulated operadoras move their clock, the database has none that could be moved, so that what
-- it noted becomes a day older instead.
WITH lotes AS (
    UPDATE tiss.lote
    SET criado_em = criado_em - interval '1 day',
        data_envio = data_envio - interval '1 day',
        data_resposta = data_resposta - interval '1 day',
        proxima_consulta = proxima_consulta - interval '1 day'
)

UPDATE tiss.consulta_pagamento SET consultada_em = consultada_em - interval '1 day';
