-- A clinic that has billed for five years, made set by set, with neither triggers nor foreign keys: this is about
-- how much there is. Statements end with ";" at the end of a line. Params: total (consultas), abertas (the last ones,
-- which wait for an answer).
-- One guia in 5,000 is INVALIDA; one in 20 has a glosa, one in 100 was refused, of one in 200 there is a recurso,
-- one in 500 was presented twice.
SET session_replication_role = replica;

CREATE TABLE public.do_contrato AS
SELECT
    row_number() OVER (ORDER BY contrato.id) - 1 AS ordem,
    contrato.id AS contrato_id,
    prestador.clinica_id,
    contrato.registro_ans,
    convenio.id AS convenio_id
FROM tiss.contrato
JOIN tiss.prestador ON prestador.id = contrato.prestador_id
JOIN clinica.convenio ON convenio.registro_ans = contrato.registro_ans;

UPDATE tiss.contrato SET faturar_a_partir_de = current_date - 2000, consulta_a_cada = '1 hour';

INSERT INTO clinica.paciente (id, nome, sexo, nascimento, convenio_id, numero_carteira)
SELECT n, 'Paciente ' || n, 'F', date '1980-01-01', 1 + n %% 3, lpad(n::text, 9, '0')
FROM generate_series(1, greatest(%(total)s / 20, 1)) AS n;

-- Lotes of 100 guias of one contrato, in the order of the days.
CREATE TABLE public.atendimento AS
SELECT
    n AS id,
    (n - 1) / 100 + 1 AS lote_id,
    do_contrato.*,
    current_date - ((%(total)s - n) * 1825 / %(total)s)::integer AS dia,
    lpad((1 + n * 7 %% greatest(%(total)s / 20, 1))::text, 9, '0') AS carteira,
    n %% 5000 = 7 AS invalida,
    n > %(total)s - %(abertas)s AS aberta,
    n %% 20 = 0 AS com_glosa,
    n %% 100 = 0 AS negada
FROM generate_series(1, %(total)s::bigint) AS n
JOIN public.do_contrato ON do_contrato.ordem = ((n - 1) / 100) %% (SELECT count(*) FROM public.do_contrato);

INSERT INTO clinica.consulta (
    id, clinica_id, paciente_id, convenio_id, numero_carteira, medico_id, data_atendimento, preparado_tiss,
    status_tiss, valor_liberado, resultado_em
)
SELECT
    id, clinica_id, 1 + id * 7 %% greatest(%(total)s / 20, 1), convenio_id, carteira, 1, dia, true,
    CASE WHEN NOT (aberta OR invalida) THEN CASE WHEN negada THEN 'NEGADA' ELSE 'AUTORIZADA' END END,
    CASE WHEN NOT (aberta OR invalida) THEN 150.00 END,
    CASE WHEN NOT (aberta OR invalida) THEN dia + 20 END
FROM public.atendimento;

INSERT INTO tiss.guia (
    id, consulta_id, clinica_id, registro_ans, ambiente, tipo, data_atendimento, contrato_id,
    numero_guia_prestador, numero_carteira, status, valor_informado, valor_processado, valor_liberado,
    valor_glosado, glosa_parcial, digest, versao_contrato, versao_regras, xml, criada_em, substitui
)
OVERRIDING SYSTEM VALUE
SELECT
    id, id::text, clinica_id, registro_ans, 'PRODUCAO', 'CONSULTA', dia, contrato_id,
    CASE WHEN NOT invalida THEN id::text END, carteira,
    CASE
        WHEN invalida THEN 'INVALIDA' WHEN aberta THEN 'ENVIADA' WHEN negada THEN 'NEGADA' ELSE 'AUTORIZADA'
    END,
    150.00, respondida.valor, CASE WHEN negada THEN 0 WHEN com_glosa THEN 140.00 ELSE 150.00 END * respondida.um,
    CASE WHEN negada THEN 150.00 WHEN com_glosa THEN 10.00 ELSE 0 END * respondida.um,
    com_glosa AND NOT negada AND NOT aberta, md5(id::text), 1, 1, decode(repeat('00', 40), 'hex'), dia,
    CASE WHEN id %% 500 = 3 THEN %(total)s + id END
FROM public.atendimento
CROSS JOIN LATERAL (
    SELECT CASE WHEN NOT (aberta OR invalida) THEN 1 END AS um,
        CASE WHEN NOT (aberta OR invalida) THEN 150.00 END AS valor
) AS respondida;

INSERT INTO tiss.guia (
    id, consulta_id, clinica_id, registro_ans, ambiente, tipo, data_atendimento, contrato_id,
    numero_guia_prestador, numero_carteira, status, viva, valor_informado, digest, versao_contrato, versao_regras,
    xml, criada_em, encerrada_por, encerrada_motivo
)
OVERRIDING SYSTEM VALUE
SELECT
    %(total)s + id, id::text, clinica_id, registro_ans, 'PRODUCAO', 'CONSULTA', dia, contrato_id,
    (%(total)s + id)::text, carteira, 'NEGADA', false, 150.00, md5(id::text), 1, 1,
    decode(repeat('00', 40), 'hex'), dia, 'volume', 'reapresentada'
FROM public.atendimento
WHERE id %% 500 = 3;

-- The last nineteenth of what was answered is not paid yet.
INSERT INTO tiss.lote (
    id, contrato_id, numero_lote, tipo_guia, quantidade_guias, valor_total, status, versao_contrato, versao_tiss,
    xml, hash, tentativa, protocolo, situacao_protocolo, criado_em, data_envio, data_resposta, proxima_consulta,
    encerrado
)
OVERRIDING SYSTEM VALUE
SELECT
    lote_id, contrato_id, lote_id, 'CONSULTA', 100, 15000.00,
    CASE WHEN aberta AND lote_id %% 200 = 0 THEN 'EM_DUVIDA' WHEN aberta THEN 'ENVIADO' ELSE 'PROCESSADO' END,
    1, '4.03.00', decode(repeat('00', 1200), 'hex'), md5(lote_id::text), 1,
    CASE WHEN NOT aberta OR lote_id %% 200 <> 0 THEN lpad(lote_id::text, 10, '0') END,
    CASE WHEN aberta THEN '2' WHEN paga THEN '6' ELSE '3' END, dia, dia, dia + 1,
    now() + lote_id %% 24 * interval '1 hour', paga
FROM (
    SELECT DISTINCT ON (lote_id) *, id <= %(total)s * 0.95 AS paga FROM public.atendimento ORDER BY lote_id, id
) AS primeira;

INSERT INTO tiss.historico (objeto, objeto_id, de, para, quando)
SELECT 'lote', lote.id, estado.de, estado.para, lote.data_envio
FROM tiss.lote
CROSS JOIN (VALUES (NULL, 'PENDENTE'), ('PENDENTE', 'ENVIANDO'), ('ENVIANDO', 'ENVIADO')) AS estado (de, para);

INSERT INTO tiss.troca (
    operacao, contrato_id, lote_id, tentativa, quem, inicio, pedido, pedido_sha256, fim, http_status, resposta,
    interpretada_em, desfecho
)
SELECT
    operacao, lote.contrato_id, lote.id, 1, 'volume', lote.data_envio, '', '', lote.data_envio, 200, '',
    lote.data_envio, 'ENVIADO'
FROM tiss.lote
CROSS JOIN unnest(ARRAY['ENVIO_LOTE_GUIAS', 'SOLIC_STATUS_PROTOCOLO']) AS operacao;

INSERT INTO tiss.guia_tiss_envio (
    id, guia_id, lote_id, ordem, situacao_guia, resultado, valor_informado, valor_processado, valor_liberado,
    valor_glosado, valor_pago, demonstrativo_data, demonstrativo_numero
)
OVERRIDING SYSTEM VALUE
SELECT
    guia.id, guia.id, atendimento.lote_id, 1 + (guia.id - 1) %% 100,
    CASE WHEN NOT aberta THEN '3' END, CASE WHEN NOT aberta THEN guia.status END,
    CASE WHEN NOT aberta THEN 150.00 END, guia.valor_processado, guia.valor_liberado, guia.valor_glosado,
    CASE WHEN guia.id <= %(total)s * 0.95 THEN guia.valor_liberado ELSE 0 END,
    CASE WHEN NOT aberta THEN least(dia + 20, current_date) END, CASE WHEN NOT aberta THEN '1' END
FROM tiss.guia
JOIN public.atendimento USING (id)
WHERE NOT invalida;

INSERT INTO tiss.pagamento (
    contrato_id, envio_id, protocolo, numero_guia_prestador, recurso, data_pagamento, valor_informado,
    valor_processado, valor_liberado, valor_glosa, ocorrencia, demonstrativo_numero
)
SELECT
    guia.contrato_id, guia.id, lpad(atendimento.lote_id::text, 10, '0'), guia.numero_guia_prestador, false, dia + 45,
    150.00, 150.00, guia.valor_liberado, guia.valor_glosado, 1, '1'
FROM tiss.guia
JOIN public.atendimento USING (id)
WHERE guia.id <= %(total)s * 0.95 AND guia.status = 'AUTORIZADA';

INSERT INTO tiss.guia_item (
    guia_id, sequencial_item, codigo_tabela, codigo_procedimento, descricao, data_execucao, quantidade,
    valor_unitario, valor_total
)
SELECT id, 1, '22', '10101012', 'Consulta em consultório', dia, 1, 150.00, 150.00
FROM public.atendimento
WHERE com_glosa AND NOT invalida;

INSERT INTO tiss.glosa (
    envio_id, guia_id, protocolo, nivel, sequencial_item, codigo, valor_rateado, origem, posicao
)
SELECT
    id, id, lpad(lote_id::text, 10, '0'), 'ITEM', 1, (ARRAY['1001', '1705', '1801'])[1 + id / 20 %% 3],
    CASE WHEN negada THEN 150.00 ELSE 10.00 END, 'DEMONSTRATIVO_ANALISE', 1
FROM public.atendimento
WHERE com_glosa AND NOT aberta AND NOT invalida;

INSERT INTO tiss.recurso (
    id, contrato_id, lote_recorrido_id, objeto, status, criado_por, decidido_em, decidido_por
)
OVERRIDING SYSTEM VALUE
SELECT
    id, contrato_id, lote_id, 'GUIA', CASE WHEN id <= %(total)s * 0.98 THEN 'DESCARTADO' ELSE 'RASCUNHO' END,
    'volume', CASE WHEN id <= %(total)s * 0.98 THEN now() END,
    CASE WHEN id <= %(total)s * 0.98 THEN 'volume' END
FROM public.atendimento
WHERE id %% 200 = 0 AND NOT aberta;

INSERT INTO tiss.recurso_item (recurso_id, envio_id, nivel, sequencial_item, codigo, valor_recursado)
SELECT glosa.envio_id, glosa.envio_id, glosa.nivel, glosa.sequencial_item, glosa.codigo, glosa.valor_rateado
FROM tiss.glosa
WHERE glosa.envio_id %% 200 = 0;

INSERT INTO tiss.divergencia (motivo, descricao, lote_id, guia_id, fechada_em, fechada_por)
SELECT
    'VALOR_INFORMADO_DIFERENTE', '', lote_id, id, CASE WHEN id <= %(total)s * 0.99 THEN now() END,
    CASE WHEN id <= %(total)s * 0.99 THEN 'volume' END
FROM public.atendimento
WHERE id %% 2000 = 1;

DROP TABLE public.atendimento;

DROP TABLE public.do_contrato;

SET session_replication_role = origin;
