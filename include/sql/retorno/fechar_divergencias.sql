-- A later answer settled these. Params: lote, guias (null = those of the lote itself), motivos, por.
UPDATE tiss.divergencia
SET fechada_em = now(), fechada_por = %(por)s
WHERE fechada_em IS NULL
  AND lote_id IS NOT DISTINCT FROM %(lote)s
  AND (guia_id = ANY (%(guias)s::bigint[]) OR (%(guias)s::bigint[] IS NULL AND guia_id IS NULL))
  AND motivo = ANY (%(motivos)s);
