-- The payments of a month were asked for, and there was an answer.
INSERT INTO tiss.consulta_pagamento (contrato_id, tipo_demonstrativo, competencia)
VALUES (%(contrato)s, %(tipo)s, %(competencia)s)
ON CONFLICT (contrato_id, tipo_demonstrativo, competencia) DO UPDATE SET consultada_em = now();
