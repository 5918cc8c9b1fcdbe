-- What is asked every night and every hour costs what is open, not what was ever billed.
-- depends: 0009_lacunas

-- What a person let be billed again and is not billed yet. Few, and found among those that ended.
CREATE INDEX guia_encerrada ON tiss.guia (id) INCLUDE (consulta_id, ambiente) WHERE NOT viva;
CREATE INDEX guia_substituta ON tiss.guia (substitui) WHERE substitui IS NOT NULL;
CREATE VIEW tiss.a_reapresentar AS
SELECT encerrada.id AS guia_id, encerrada.consulta_id, encerrada.ambiente
FROM tiss.guia AS encerrada
WHERE NOT encerrada.viva
  AND NOT EXISTS (SELECT FROM tiss.guia AS nova WHERE nova.substitui = encerrada.id);
COMMENT ON VIEW tiss.a_reapresentar IS 'Guias that ended so that their consulta is billed again, and were not replaced yet';

-- Until when refused values may be contested is asked by the day of the analysis.
CREATE INDEX envio_por_analise ON tiss.guia_tiss_envio (demonstrativo_data) WHERE viva;

GRANT SELECT ON tiss.a_reapresentar TO tiss_faturamento;
