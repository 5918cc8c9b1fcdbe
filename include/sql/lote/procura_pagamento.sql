-- Whether it is time to look for a lote in doubt in what was paid.
SELECT tiss.procura_pagamento(id, criado_em) AS e_hora FROM tiss.lote WHERE id = %(lote)s;
