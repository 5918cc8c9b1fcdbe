-- The contratos of the same operadora and environment that have another address. Params: contrato.
SELECT outro.id, prestador.nome AS prestador
FROM tiss.contrato AS este
JOIN tiss.contrato AS outro
    ON outro.registro_ans = este.registro_ans
   AND outro.ambiente = este.ambiente
   AND outro.url_base <> este.url_base
JOIN tiss.prestador ON prestador.id = outro.prestador_id
WHERE este.id = %(contrato)s
ORDER BY prestador.nome, outro.id;
