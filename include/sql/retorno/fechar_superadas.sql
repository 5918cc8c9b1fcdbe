-- A newer answer says nothing of these any more. Params: lote, guias, motivos, divergencias (json): those that stand.
UPDATE tiss.divergencia AS antiga
SET fechada_em = now(), fechada_por = %(por)s
WHERE antiga.fechada_em IS NULL
  AND antiga.lote_id = %(lote)s
  AND antiga.guia_id = ANY (%(guias)s)
  AND antiga.motivo = ANY (%(motivos)s)
  AND NOT EXISTS (
      SELECT
      FROM jsonb_to_recordset(%(divergencias)s::jsonb) AS atual (motivo text, guia bigint, chave text)
      WHERE atual.motivo = antiga.motivo AND atual.guia = antiga.guia_id AND atual.chave = antiga.chave
  );
