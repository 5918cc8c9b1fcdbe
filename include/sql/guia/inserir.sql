-- A new guia, GERADA or INVALIDA. Returns no row when another run made one for the same consulta.
INSERT INTO tiss.guia (
    consulta_id, clinica_id, registro_ans, ambiente, tipo, data_atendimento, contrato_id,
    numero_carteira, numero_guia_prestador, numero_guia_operadora, senha, status, problemas,
    valor_informado, digest, versao_contrato, versao_regras, xml, campos_ausentes, nome_profissional,
    conselho_profissional, numero_conselho_profissional, uf_profissional, substitui
) VALUES (
    %(consulta_id)s, %(clinica_id)s, %(registro_ans)s, %(ambiente)s, %(tipo)s,
    %(data_atendimento)s, %(contrato)s, %(numero_carteira)s, %(numero)s, %(numero_guia_operadora)s,
    %(senha)s, %(status)s, %(problemas)s, %(valor_informado)s, %(digest)s, %(versao_contrato)s,
    %(versao_regras)s, %(xml)s, %(campos_ausentes)s, %(nome_profissional)s, %(conselho_profissional)s,
    %(numero_conselho_profissional)s, %(uf_profissional)s,
    -- What it presents again, if its consulta was billed before.
    (
        SELECT max(antiga.id)
        FROM tiss.guia AS antiga
        WHERE antiga.consulta_id = %(consulta_id)s
          AND antiga.ambiente = %(ambiente)s
          AND NOT antiga.viva
    )
)
ON CONFLICT (consulta_id, ambiente) WHERE viva DO NOTHING
RETURNING id;
