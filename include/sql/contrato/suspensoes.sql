-- Why an operation of a contrato must not be tried now; no row when it may.
SELECT coalesce(credencial.motivo_suspensao, contrato.operacoes_suspensas ->> %(operacao)s) AS motivo
FROM tiss.contrato
LEFT JOIN tiss.credencial ON credencial.conexao = contrato.credencial
WHERE contrato.id = %(contrato)s
  AND (credencial.motivo_suspensao IS NOT NULL OR contrato.operacoes_suspensas ? %(operacao)s);
