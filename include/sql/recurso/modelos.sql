-- The templates, by code.
SELECT codigo, contrato_id, texto FROM tiss.justificativa ORDER BY codigo, contrato_id NULLS FIRST;
