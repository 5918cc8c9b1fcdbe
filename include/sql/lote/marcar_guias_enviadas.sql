-- The guias of a lote that has a protocolo.
UPDATE tiss.guia
SET status = 'ENVIADA'
FROM tiss.guia_tiss_envio AS envio
WHERE envio.lote_id = %(lote)s
  AND envio.viva
  AND guia.id = envio.guia_id
  AND guia.status = 'GERADA';
