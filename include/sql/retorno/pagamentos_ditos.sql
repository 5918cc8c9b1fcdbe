-- What is known of the payments of a guia that has its verdict: that of the verdict, and those told since.
SELECT coalesce(
    (
        SELECT divergencia.descricao
        FROM tiss.divergencia
        WHERE divergencia.motivo = 'PAGAMENTO_EM_PARTES'
          AND divergencia.lote_id = %(lote)s
          AND divergencia.guia_id = guia.id
          AND divergencia.fechada_em IS NULL
    ),
    'o veredito tem ' || guia.valor_liberado || ' liberado'
)
FROM tiss.guia
WHERE guia.id = %(guia)s;
