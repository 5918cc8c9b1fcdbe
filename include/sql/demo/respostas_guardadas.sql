-- What operadoras answered to questions about protocolos, as it came.
SELECT resposta
FROM tiss.troca
WHERE operacao IN ('SOLIC_STATUS_PROTOCOLO', 'SOLIC_DEMONSTRATIVO_RETORNO') AND resposta IS NOT NULL;
