-- The postings on a guia, the newest first.
SELECT
    pagamento.data_pagamento,
    pagamento.recurso,
    pagamento.valor_liberado AS liberado,
    pagamento.demonstrativo_numero,
    pagamento.lido_em
FROM tiss.guia_tiss_envio AS envio
JOIN tiss.pagamento ON pagamento.envio_id = envio.id
WHERE envio.guia_id = %(guia)s
ORDER BY pagamento.id DESC;
