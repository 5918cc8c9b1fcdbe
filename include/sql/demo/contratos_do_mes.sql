-- The days of a month go by in minutes, and those of a deadline do not: no recurso is late for that. And its operadoras
-- take cancels.
UPDATE tiss.contrato
SET dias_para_recorrer = %(dias)s,
    servicos_soap = servicos_soap || '{"CANCELA_GUIA": "tissCancelaGuia"}';
