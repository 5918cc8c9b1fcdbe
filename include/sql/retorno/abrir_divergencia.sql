-- Something does not fit. Once while it is open.
INSERT INTO tiss.divergencia (motivo, descricao, lote_id, guia_id)
VALUES (%(motivo)s, %(descricao)s, %(lote)s, %(guia)s)
ON CONFLICT (motivo, lote_id, guia_id) WHERE fechada_em IS NULL
DO UPDATE SET descricao = excluded.descricao;
