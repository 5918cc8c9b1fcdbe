-- This operation of the contrato is configured wrongly: nobody tries it until that changes.
UPDATE tiss.contrato
SET operacoes_suspensas = operacoes_suspensas || jsonb_build_object(%(operacao)s::text, %(motivo)s::text)
WHERE id = %(contrato)s;
