-- What the clinic of the demo says against a glosa; what a person wrote instead stays.
INSERT INTO tiss.justificativa (codigo, texto, alterada_por)
VALUES (%(codigo)s, %(texto)s, 'demonstração')
ON CONFLICT (codigo, contrato_id) DO NOTHING;
