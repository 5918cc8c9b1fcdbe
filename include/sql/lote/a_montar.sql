-- GERADA guias of a contrato and kind that are in no live sending, in order, one lote's worth.
-- Locked: they enter a lote in this transaction. Params: contrato, tipo, versao_contrato, depois_de, consultas (text[],
-- null = any), limite.
SELECT guia.id, guia.numero_guia_prestador, guia.valor_informado, guia.xml
FROM tiss.guia
WHERE guia.contrato_id = %(contrato)s
  AND guia.tipo = %(tipo)s
  AND guia.viva
  AND guia.status = 'GERADA'
  AND guia.versao_contrato = %(versao_contrato)s
  AND guia.id > %(depois_de)s
  AND (%(consultas)s::text[] IS NULL OR guia.consulta_id = ANY (%(consultas)s))
  AND NOT EXISTS (
      SELECT FROM tiss.guia_tiss_envio AS envio WHERE envio.guia_id = guia.id AND envio.viva
  )
  AND NOT EXISTS (
      SELECT
      FROM tiss.retida
      WHERE retida.consulta_id = guia.consulta_id AND retida.ambiente = guia.ambiente
  )
ORDER BY guia.id
LIMIT %(limite)s
FOR NO KEY UPDATE OF guia;
