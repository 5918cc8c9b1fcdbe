-- The guias of a new lote, in the order in which they stand in its XML.
INSERT INTO tiss.guia_tiss_envio (guia_id, lote_id, ordem)
SELECT enviada.guia_id, %(lote)s, enviada.ordem
FROM unnest(%(guias)s::bigint[]) WITH ORDINALITY AS enviada (guia_id, ordem);
