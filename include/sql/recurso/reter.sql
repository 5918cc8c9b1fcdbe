-- After a restore: no recurso is approved before a person looked at the portals.
INSERT INTO tiss.recurso_retido (contrato_id, por)
SELECT id, %(por)s FROM tiss.contrato
ON CONFLICT (contrato_id) DO NOTHING;
