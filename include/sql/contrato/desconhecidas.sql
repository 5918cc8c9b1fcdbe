-- Which of the given operadoras have no contrato at all. Params: operadoras.
SELECT pedida.registro_ans
FROM unnest(%(operadoras)s::text[]) AS pedida (registro_ans)
WHERE NOT EXISTS (SELECT FROM tiss.contrato WHERE contrato.registro_ans = pedida.registro_ans)
ORDER BY pedida.registro_ans;
