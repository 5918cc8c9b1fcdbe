-- What was paid since, or is not late any more: another analysis, another number of days. Params: motivo, por.
UPDATE tiss.divergencia AS antiga
SET fechada_em = now(), fechada_por = %(por)s
WHERE antiga.motivo = %(motivo)s
  AND antiga.fechada_em IS NULL
  AND NOT EXISTS (
      SELECT
      FROM tiss.conciliacao_atraso AS atraso
      WHERE atraso.guia_id = antiga.guia_id
        AND atraso.lote_id = antiga.lote_id
        AND atraso.devido_em || CASE atraso.origem WHEN 'RECURSO' THEN ' RECURSO' ELSE '' END = antiga.chave
  );
