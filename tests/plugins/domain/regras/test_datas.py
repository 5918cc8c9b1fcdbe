from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, time

import pytest
from guias_modelo import (
    ATENDIMENTO,
    CONSULTA_MINIMA,
    DENTAL,
    HOJE,
    HONORARIOS_MINIMA,
    ITEM,
    ODONTO_MAXIMA,
    ODONTO_MINIMA,
    trocar,
)
from regras_modelo import (
    DIA,
    GAZE,
    ONTEM,
    autorizada,
    codigos,
    com_despesa,
    com_item,
    problemas,
    resumo,
    sp_sadt,
)

from tiss.domain.guia import Guia
from tiss.domain.partes import Autorizacao, Totais
from tiss.domain.problema import Gravidade

AMANHA = HOJE + DIA
DEPOIS = ATENDIMENTO + DIA


@pytest.mark.parametrize(("dia", "esperado"), [(HOJE, []), (AMANHA, ["DATA_FUTURA"])])
def test_care_happened_today_at_the_latest(dia: date, esperado: list[str]) -> None:
    assert codigos(replace(CONSULTA_MINIMA, data_atendimento=dia)) == esperado
    assert codigos(com_item(data_execucao=dia)) == esperado
    assert codigos(com_despesa(GAZE, data_execucao=dia)) == esperado
    assert codigos(replace(ODONTO_MINIMA, itens=(replace(DENTAL, data_execucao=dia),))) == esperado


@pytest.mark.parametrize(
    ("guia", "caminho"),
    [
        (sp_sadt(ITEM, data_solicitacao=AMANHA), "dadosSolicitacao/dataSolicitacao"),
        (autorizada(data=AMANHA), "dadosAutorizacao/dataAutorizacao"),
        (trocar(resumo(), "autorizacao.data", AMANHA), "dadosAutorizacao/dataAutorizacao"),
        (resumo(data_final_faturamento=AMANHA), "dadosInternacao/dataFinalFaturamento"),
        (
            replace(HONORARIOS_MINIMA, data_fim_faturamento=AMANHA),
            "dadosInternacao/dataFimFaturamento",
        ),
        (replace(HONORARIOS_MINIMA, data_emissao=AMANHA), "dataEmissaoGuia"),
        (replace(ODONTO_MINIMA, data_autorizacao=AMANHA), "dataAutorizacao"),
        (replace(ODONTO_MINIMA, data_termino_trat=AMANHA), "dataTerminoTrat"),
    ],
)
def test_request_authorisation_period_and_end_are_not_ahead(guia: Guia, caminho: str) -> None:
    assert [(p.codigo, p.caminho) for p in problemas(guia)] == [("DATA_FUTURA", caminho)]


@pytest.mark.parametrize(
    ("guia", "campo"),
    [
        (sp_sadt(ITEM, carater_atendimento="2"), "data_solicitacao"),
        (replace(autorizada(), carater_atendimento="2"), "autorizacao.data"),
        (resumo(), "autorizacao.data"),
        (resumo(), "data_final_faturamento"),
        (HONORARIOS_MINIMA, "data_fim_faturamento"),
        (HONORARIOS_MINIMA, "data_emissao"),
        (replace(ODONTO_MINIMA, tipo_atendimento="4"), "data_autorizacao"),
        (ODONTO_MINIMA, "data_termino_trat"),
    ],
)
def test_request_authorisation_period_and_end_may_be_today(guia: Guia, campo: str) -> None:
    assert codigos(trocar(guia, campo, HOJE)) == []


def test_stay_that_is_billed_today_may_start_today() -> None:
    itens = (replace(ITEM, data_execucao=HOJE),)
    hoje = resumo(data_inicio_faturamento=HOJE, data_final_faturamento=HOJE, itens=itens)
    assert codigos(hoje) == []


def test_start_of_a_period_is_not_ahead() -> None:
    adiante = resumo(data_inicio_faturamento=AMANHA, data_final_faturamento=AMANHA)
    assert codigos(adiante).count("DATA_FUTURA") == 2


@pytest.mark.parametrize(
    ("carater", "solicitada", "esperado"),
    [
        ("1", ATENDIMENTO, []),
        ("1", DEPOIS, ["DATA_FORA_DE_ORDEM"]),
        ("2", DEPOIS, []),  # the paper of urgent care comes later
    ],
)
def test_elective_care_is_requested_before_it_is_done(
    carater: str, solicitada: date, esperado: list[str]
) -> None:
    guia = sp_sadt(ITEM, carater_atendimento=carater, data_solicitacao=solicitada)
    assert codigos(guia) == esperado


def test_request_is_compared_with_the_first_execution() -> None:
    depois = replace(ITEM, sequencial_item=2, data_execucao=DEPOIS)
    assert codigos(sp_sadt(depois, ITEM, data_solicitacao=DEPOIS)) == ["DATA_FORA_DE_ORDEM"]


@pytest.mark.parametrize(
    ("carater", "solicitada", "esperado"),
    [
        ("1", ONTEM, []),
        ("1", ATENDIMENTO, ["DATA_FORA_DE_ORDEM"]),
        ("2", ATENDIMENTO, []),
    ],
)
def test_authorisation_of_elective_care_follows_the_request(
    carater: str, solicitada: date, esperado: list[str]
) -> None:
    guia = replace(autorizada(data=ONTEM), data_solicitacao=solicitada, carater_atendimento=carater)
    assert codigos(guia) == esperado


@pytest.mark.parametrize(
    ("carater", "data", "esperado"),
    [
        ("1", ATENDIMENTO, []),
        ("1", DEPOIS, ["AUTORIZACAO_POSTERIOR"]),
        ("1", HOJE, ["AUTORIZACAO_POSTERIOR"]),
        ("1", AMANHA, ["DATA_FUTURA"]),  # told once
        ("2", DEPOIS, []),
    ],
)
def test_elective_care_is_authorised_before_it_is_done(
    carater: str, data: date, esperado: list[str]
) -> None:
    assert codigos(replace(autorizada(data=data), carater_atendimento=carater)) == esperado


@pytest.mark.parametrize(
    ("validade", "esperado"),
    [
        (ATENDIMENTO, []),
        (ONTEM, ["SENHA_VENCIDA"]),
        (None, []),
    ],
)
def test_senha_is_valid_on_the_day_of_the_last_execution(
    validade: date | None, esperado: list[str]
) -> None:
    cedo = {"data": ONTEM, "validade_senha": validade}
    assert codigos(replace(autorizada(**cedo), data_solicitacao=ONTEM)) == esperado
    dental = replace(ODONTO_MAXIMA, validade_senha=validade, ausencia_cod_validacao=None)
    assert codigos(dental) == esperado


def test_validity_of_no_senha_and_of_urgent_care_is_not_compared() -> None:
    vencida = replace(autorizada(data=ONTEM, validade_senha=ONTEM), data_solicitacao=ONTEM)
    assert codigos(vencida) == ["SENHA_VENCIDA"]
    assert codigos(replace(vencida, carater_atendimento="2")) == []
    assert codigos(trocar(vencida, "autorizacao.senha", None)) == ["VALIDADE_SEM_SENHA"]
    dental = replace(ODONTO_MAXIMA, validade_senha=ONTEM, ausencia_cod_validacao=None)
    assert codigos(dental) == ["SENHA_VENCIDA"]
    assert codigos(replace(dental, tipo_atendimento="4")) == []
    assert codigos(replace(dental, senha_autorizacao=None)) == ["VALIDADE_SEM_SENHA"]


@pytest.mark.parametrize(
    ("carater", "validade", "esperado"),
    [
        ("1", ATENDIMENTO, []),
        ("1", ONTEM, ["SENHA_VENCIDA"]),
        ("2", ONTEM, []),
    ],
)
def test_senha_of_a_stay_is_valid_on_the_day_it_starts(
    carater: str, validade: date, esperado: list[str]
) -> None:
    internado = resumo(carater_atendimento=carater)
    assert codigos(trocar(internado, "autorizacao.validade_senha", validade)) == esperado


def test_expired_senha_warns_and_does_not_block() -> None:
    vencida = replace(autorizada(data=ONTEM, validade_senha=ONTEM), data_solicitacao=ONTEM)
    assert [p.gravidade for p in problemas(vencida)] == [Gravidade.AVISO]


@pytest.mark.parametrize("so_despesas", [True, False])
def test_expenses_are_executions_too(so_despesas: bool) -> None:
    itens = () if so_despesas else (replace(ITEM, data_execucao=DEPOIS),)
    antes, ultima = replace(GAZE, data_execucao=ATENDIMENTO), replace(GAZE, data_execucao=HOJE)
    despesas = (replace(ultima, sequencial_item=3), replace(antes, sequencial_item=2))
    guia = sp_sadt(*itens, despesas=despesas)
    assert codigos(guia) == []
    assert codigos(replace(guia, data_solicitacao=DEPOIS)) == ["DATA_FORA_DE_ORDEM"]
    autorizacao = Autorizacao(data=ONTEM, senha="SENHA-1", validade_senha=HOJE)
    certa = replace(guia, autorizacao=autorizacao, data_solicitacao=ONTEM)
    assert codigos(certa) == []
    vencida = trocar(certa, "autorizacao.validade_senha", HOJE - DIA)
    assert codigos(vencida) == ["SENHA_VENCIDA"]
    assert codigos(trocar(certa, "autorizacao.data", DEPOIS)) == ["AUTORIZACAO_POSTERIOR"]


@pytest.mark.parametrize(
    ("tipo", "data", "esperado"),
    [
        ("1", ATENDIMENTO, []),
        ("1", DEPOIS, ["AUTORIZACAO_POSTERIOR"]),
        ("1", AMANHA, ["DATA_FUTURA"]),  # told once
        ("4", DEPOIS, []),  # urgent
    ],
)
def test_dental_treatment_is_authorised_before_it_is_done(
    tipo: str, data: date, esperado: list[str]
) -> None:
    guia = replace(ODONTO_MINIMA, senha_autorizacao="SENHA-1", tipo_atendimento=tipo)
    assert codigos(replace(guia, data_autorizacao=data)) == esperado


@pytest.mark.parametrize(
    ("emissao", "esperado"), [(ATENDIMENTO, []), (ONTEM, ["DATA_FORA_DE_ORDEM"])]
)
def test_honorarios_are_issued_after_their_last_procedure(
    emissao: date, esperado: list[str]
) -> None:
    cedo = replace(HONORARIOS_MINIMA.itens[0], data_execucao=ONTEM, sequencial_item=2)
    itens = (HONORARIOS_MINIMA.itens[0], cedo)
    guia = replace(
        HONORARIOS_MINIMA,
        itens=itens,
        data_inicio_faturamento=ONTEM,
        data_emissao=emissao,
        valor_total_honorarios=None,
    )
    assert codigos(guia) == esperado


def test_honorarios_of_the_future_are_told_by_the_procedure_alone() -> None:
    guia = trocar(HONORARIOS_MINIMA, "itens.0.data_execucao", AMANHA)
    guia = replace(guia, data_fim_faturamento=HOJE)
    assert codigos(guia) == ["DATA_FUTURA", "FORA_DO_PERIODO"]


@pytest.mark.parametrize(
    ("inicio", "fim", "ha"),
    [
        (time(8), time(8), False),
        (time(8), time(7, 59, 59), True),
        (time(8), time(9), False),
        (None, time(7), False),
        (time(8), None, False),
        (time(8), time(7, tzinfo=UTC), True),  # a matter of form, and no reason to fall
    ],
)
def test_line_ends_after_it_starts_or_a_warning_says_that_it_does_not(
    inicio: time | None, fim: time | None, ha: bool
) -> None:
    esperado = ["HORA_FORA_DE_ORDEM"] if ha else []
    horas = {"hora_inicial": inicio, "hora_final": fim}
    assert codigos(com_item(**horas)) == esperado
    assert codigos(com_despesa(GAZE, **horas)) == esperado
    assert codigos(resumo(itens=(replace(ITEM, **horas),))) == esperado
    honorarios = (replace(HONORARIOS_MINIMA.itens[0], **horas),)
    assert codigos(replace(HONORARIOS_MINIMA, itens=honorarios)) == esperado


def test_line_that_passes_midnight_names_its_hours_and_does_not_block() -> None:
    (problema,) = problemas(com_item(hora_inicial=time(23, 30), hora_final=time(0, 10)))
    assert problema.gravidade is Gravidade.AVISO
    assert problema.caminho.endswith("procedimentoExecutado[1]/horaFinal")
    assert "23:30" in problema.mensagem
    assert "meia-noite" in problema.mensagem


def test_senha_is_compared_with_the_last_execution() -> None:
    depois = replace(ITEM, sequencial_item=2, data_execucao=DEPOIS)
    guia = autorizada(validade_senha=ATENDIMENTO)
    itens = (depois, ITEM)
    guia = replace(guia, itens=itens, totais=Totais.de(itens))
    assert codigos(guia) == ["SENHA_VENCIDA"]


@pytest.mark.parametrize(
    ("validade", "esperado"), [(ATENDIMENTO, []), (ONTEM, ["DATA_FORA_DE_ORDEM"])]
)
def test_senha_is_valid_on_the_day_of_its_authorisation(
    validade: date, esperado: list[str]
) -> None:
    internado = resumo(carater_atendimento="2")
    internado = trocar(internado, "autorizacao.validade_senha", validade)
    assert codigos(trocar(internado, "autorizacao.data", ATENDIMENTO)) == esperado
    dental = replace(
        ODONTO_MINIMA,
        itens=(replace(DENTAL, data_execucao=ONTEM),),
        tipo_atendimento="4",  # urgent: authorised after it
        senha_autorizacao="SENHA-1",
        data_autorizacao=ATENDIMENTO,
        validade_senha=validade,
    )
    assert codigos(dental) == esperado


def test_long_stay_may_outlive_its_senha() -> None:
    internado = resumo(data_final_faturamento=DEPOIS)
    assert codigos(trocar(internado, "autorizacao.validade_senha", ATENDIMENTO)) == []


@pytest.mark.parametrize(("fim", "esperado"), [(ATENDIMENTO, []), (ONTEM, ["DATA_FORA_DE_ORDEM"])])
def test_billed_period_ends_after_it_starts(fim: date, esperado: list[str]) -> None:
    assert codigos(resumo(data_final_faturamento=fim)) == esperado
    assert codigos(replace(HONORARIOS_MINIMA, data_fim_faturamento=fim)) == esperado


@pytest.mark.parametrize(
    ("fim", "hora", "esperado"),
    [
        (ATENDIMENTO, time(7), []),
        (ATENDIMENTO, time(6, 59, 59), ["DATA_FORA_DE_ORDEM"]),
        (DEPOIS, time(6, 59, 59), []),
        (ATENDIMENTO, None, []),
    ],
)
def test_billed_period_of_one_day_ends_at_a_later_hour(
    fim: date, hora: time | None, esperado: list[str]
) -> None:
    guia = resumo(data_final_faturamento=fim, hora_final_faturamento=hora)
    assert codigos(guia) == esperado


@pytest.mark.parametrize(
    ("dia", "esperado"),
    [
        (ONTEM, ["FORA_DO_PERIODO"]),
        (ATENDIMENTO, []),
        (DEPOIS, []),
        (DEPOIS + DIA, ["FORA_DO_PERIODO"]),
    ],
)
def test_lines_of_a_stay_fall_in_the_billed_period(dia: date, esperado: list[str]) -> None:
    despesa = replace(GAZE, data_execucao=dia)
    guia = resumo(
        data_final_faturamento=DEPOIS,
        despesas=(despesa,),
        totais=Totais.de((ITEM,), (despesa,)),
    )
    assert codigos(guia) == esperado
    honorarios = replace(HONORARIOS_MINIMA, data_fim_faturamento=DEPOIS, data_emissao=HOJE)
    assert codigos(trocar(honorarios, "itens.0.data_execucao", dia)) == esperado


@pytest.mark.parametrize(
    ("termino", "esperado"), [(ATENDIMENTO, []), (ONTEM, ["DATA_FORA_DE_ORDEM"])]
)
def test_dental_treatment_ends_after_its_last_procedure(termino: date, esperado: list[str]) -> None:
    assert codigos(replace(ODONTO_MINIMA, data_termino_trat=termino)) == esperado


def test_dates_that_are_missing_are_not_compared() -> None:
    sem_datas = replace(
        autorizada(data=None, validade_senha=None), itens=(replace(ITEM, data_execucao=None),)
    )
    assert codigos(sem_datas) == []
    assert codigos(trocar(sem_datas, "autorizacao.data", ATENDIMENTO)) == []
    assert codigos(trocar(sem_datas, "autorizacao.validade_senha", ATENDIMENTO)) == []
    assert codigos(resumo(data_inicio_faturamento=None)) == []
    assert codigos(resumo(data_final_faturamento=None)) == []
    sem_itens = replace(ODONTO_MINIMA, itens=(replace(DENTAL, data_execucao=None),))
    dental = replace(
        sem_itens,
        senha_autorizacao="SENHA-1",
        data_autorizacao=ATENDIMENTO,
        validade_senha=ATENDIMENTO,
        data_termino_trat=ATENDIMENTO,
    )
    assert codigos(dental) == []
    assert codigos(replace(dental, data_termino_trat=None, validade_senha=None)) == []
    assert codigos(replace(CONSULTA_MINIMA, data_atendimento=None)) == []
