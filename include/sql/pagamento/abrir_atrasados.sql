-- What should have been paid by now, as a divergence of its guia; returns how many are new. One that a person
-- closed stays closed until the operadora says another day. What recursos brought is apart from what was released of
-- the same guia. Params: motivo, por (who closes what was paid).
WITH atrasado AS (
    SELECT
        atraso.lote_id,
        atraso.guia_id,
        atraso.devido_em || CASE atraso.origem WHEN 'RECURSO' THEN ' RECURSO' ELSE '' END AS chave,
        CASE atraso.origem WHEN 'RECURSO' THEN 'em recurso foram acatados ' ELSE 'liberados ' END
            || atraso.liberado || ' e pagos ' || atraso.pago || ' até '
            || to_char(atraso.devido_em, 'DD/MM/YYYY') || ', o último dia do contrato' AS descricao
    FROM tiss.conciliacao_atraso AS atraso
    WHERE atraso.ambiente = 'PRODUCAO'
),

aberta AS (
    INSERT INTO tiss.divergencia (motivo, descricao, lote_id, guia_id, chave)
    SELECT %(motivo)s, atrasado.descricao, atrasado.lote_id, atrasado.guia_id, atrasado.chave
    FROM atrasado
    WHERE NOT EXISTS (
        SELECT
        FROM tiss.divergencia AS decidida
        WHERE decidida.guia_id = atrasado.guia_id
          AND decidida.motivo = %(motivo)s
          AND decidida.chave = atrasado.chave
          AND decidida.fechada_por <> %(por)s
    )
    ORDER BY atrasado.guia_id
    ON CONFLICT (motivo, lote_id, guia_id, contrato_id, chave) WHERE fechada_em IS NULL
    DO UPDATE SET descricao = excluded.descricao
    WHERE divergencia.descricao <> excluded.descricao
    RETURNING xmax = 0 AS nova
)

SELECT count(*) FILTER (WHERE nova) AS novas FROM aberta;
