-- No exchange uses it any more, in any contrato: operadoras lock a user after 5 failures.
UPDATE tiss.credencial
SET suspensa_desde = now(), motivo_suspensao = %(motivo)s
WHERE conexao = %(conexao)s AND suspensa_desde IS NULL;
