-- Contratos are changed on the screen: when one was changed last, and the role that may.
-- depends: 0014_telas

ALTER TABLE tiss.contrato ADD COLUMN alterado_em timestamptz;
ALTER TABLE tiss.contrato ALTER COLUMN alterado_em SET DEFAULT clock_timestamp();
COMMENT ON COLUMN tiss.contrato.alterado_em IS
    'When versao grew last; null: before the project noted it. Kept by a trigger';

CREATE OR REPLACE FUNCTION tiss.contrato_mudou() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Counters, marks of the sending and a person's switch are not configuration.
    andamento text[] := ARRAY['proximo_numero_lote', 'proximo_numero_guia', 'ultimo_envio',
                              'operacoes_suspensas', 'versao', 'alterado_em', 'suspenso_em',
                              'suspenso_por', 'suspenso_motivo'];
BEGIN
    IF to_jsonb(NEW) - andamento IS DISTINCT FROM to_jsonb(OLD) - andamento THEN
        NEW.versao := OLD.versao + 1;
        NEW.operacoes_suspensas := '{}';
    END IF;
    IF NEW.versao <> OLD.versao THEN
        NEW.alterado_em := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

-- Who configures: reads and writes contratos, and sees neither a guia nor a patient. The tasks do not
-- get these rights, so that a mistake in one of them cannot redirect what is sent.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tiss_configuracao') THEN
        CREATE ROLE tiss_configuracao NOLOGIN;
    END IF;
END $$;
GRANT USAGE ON SCHEMA tiss TO tiss_configuracao;
GRANT SELECT ON tiss.prestador, tiss.operadora, tiss.credencial, tiss.contrato TO tiss_configuracao;
GRANT INSERT (conexao) ON tiss.credencial TO tiss_configuracao;
GRANT INSERT (
    prestador_id, registro_ans, ambiente, versao_tiss, codigo_prestador, faturar_a_partir_de, proximo_numero_lote,
    proximo_numero_guia, tipo_api, canal_preferido, url_base, tipo_autenticacao, envia_login_senha, credencial,
    assinatura, envio, dias_para_faturar, fuso, servicos_soap, servicos_rest, rest, politica_assinatura,
    max_guias, max_envios_simultaneos, intervalo_envios, modelo_nome_arquivo, ascii_somente, maiusculas,
    codificacao_envio, codificacao_hash, hash_maiusculo, regras, entrega_das, entrega_ate, entrega_dias_da_semana,
    entrega_do_dia, entrega_ao_dia, politica_duvida, quarentena, consulta_a_cada, protocolos_por_consulta,
    dias_para_pagar, dias_para_recorrer, deduplica, reusa_numero, cancela_por, segundos_conexao,
    segundos_resposta, segundos_total, resposta_maxima_mb, comprime, proxy, autoridade_certificadora
) ON tiss.contrato TO tiss_configuracao;
GRANT UPDATE (
    versao_tiss, codigo_prestador, faturar_a_partir_de, proximo_numero_lote, proximo_numero_guia, tipo_api,
    canal_preferido, url_base, tipo_autenticacao, envia_login_senha, credencial, assinatura, envio,
    dias_para_faturar, fuso, servicos_soap, servicos_rest, rest, politica_assinatura, max_guias,
    max_envios_simultaneos, intervalo_envios, modelo_nome_arquivo, ascii_somente, maiusculas, codificacao_envio,
    codificacao_hash, hash_maiusculo, regras, entrega_das, entrega_ate, entrega_dias_da_semana, entrega_do_dia,
    entrega_ao_dia, politica_duvida, quarentena, consulta_a_cada, protocolos_por_consulta, dias_para_pagar,
    dias_para_recorrer, deduplica, reusa_numero, cancela_por, segundos_conexao, segundos_resposta, segundos_total,
    resposta_maxima_mb, comprime, proxy, autoridade_certificadora
) ON tiss.contrato TO tiss_configuracao;
