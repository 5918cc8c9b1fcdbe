-- Whether it is time to look for a lote in doubt in what was paid: once a day, and nothing is paid at once.
SELECT lote.criado_em < now() - interval '1 day'
    AND NOT EXISTS (
        SELECT
        FROM tiss.troca
        WHERE troca.lote_id = lote.id
          AND troca.operacao = 'SOLIC_DEMONSTRATIVO_RETORNO'
          AND troca.inicio > now() - interval '20 hours'
    ) AS e_hora
FROM tiss.lote
WHERE lote.id = %(lote)s;
