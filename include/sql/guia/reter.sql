-- Hold back every prepared consulta that looks unbilled. Params: motivo, por.
INSERT INTO tiss.retida (consulta_id, ambiente, motivo, por)
SELECT DISTINCT consulta.consulta_id, contrato.ambiente, %(motivo)s, %(por)s
FROM tiss.consulta_preparada AS consulta
JOIN tiss.prestador ON prestador.clinica_id = consulta.clinica_id
JOIN tiss.contrato
    ON contrato.prestador_id = prestador.id
    AND contrato.registro_ans = consulta.registro_ans
    AND (
        consulta.data_atendimento >= contrato.faturar_a_partir_de
        OR consulta.data_atendimento IS NULL
    )
WHERE NOT EXISTS (
    SELECT
    FROM tiss.guia
    WHERE guia.consulta_id = consulta.consulta_id
      AND guia.ambiente = contrato.ambiente
      AND guia.viva
      AND (
          guia.status NOT IN ('INVALIDA', 'GERADA')
          -- What is in a lote is in doubt with it; one that was refused may have been built again since.
          OR EXISTS (
              SELECT
              FROM tiss.guia_tiss_envio AS envio
              JOIN tiss.lote ON lote.id = envio.lote_id
              WHERE envio.guia_id = guia.id AND envio.viva AND lote.status <> 'ERRO'
          )
      )
)
ON CONFLICT DO NOTHING;
