-- Every operadora, as a file describes it. Whether it is switched off is no configuration.
SELECT operadora.registro_ans, operadora.nome, operadora.max_envios_simultaneos
FROM tiss.operadora
ORDER BY operadora.registro_ans;
