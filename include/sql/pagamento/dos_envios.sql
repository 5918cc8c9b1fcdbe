-- What was posted on sendings, but for what appeals brought, in the order of the days.
SELECT
    envio_id, valor_informado, valor_processado, valor_liberado, valor_glosa, valor_franquia, itens,
    numero_guia_prestador
FROM tiss.pagamento
WHERE envio_id = ANY (%(envios)s) AND NOT recurso
ORDER BY envio_id, data_pagamento, valor_liberado, ocorrencia;
