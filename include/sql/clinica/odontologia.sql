-- A dentist at the reference clinic, for `make mes`: treatments have no place in its tables, and come to the view as
-- rows that are ready. Each is an attendance of clinica.consulta too, which the medical half does not prepare.

ALTER VIEW tiss.consulta_preparada SET SCHEMA clinica;
CREATE TABLE clinica.tratamento AS SELECT * FROM clinica.consulta_preparada LIMIT 0;
CREATE INDEX tratamento_da_consulta ON clinica.tratamento (consulta_id);
CREATE VIEW tiss.consulta_preparada AS
SELECT * FROM clinica.consulta_preparada
UNION ALL
SELECT * FROM clinica.tratamento;
GRANT SELECT ON tiss.consulta_preparada TO tiss_faturamento;
