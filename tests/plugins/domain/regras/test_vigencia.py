from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from guias_modelo import (
    ATENDIMENTO,
    CONSULTA_MINIMA,
    EXAME,
    HONORARIOS_MINIMA,
    ITEM,
    ODONTO_MINIMA,
    trocar,
)
from regras_modelo import DIA, GAZE, codigos, com_despesa, com_item, sp_sadt

from tiss.domain.terminologia import Periodo, TerminologiaConsultada, Termo


def terminologia(inicio: date | None = None, fim: date | None = None) -> TerminologiaConsultada:
    termo = Termo(codigo="10101012", descricao="Consulta", inicio=inicio, fim=fim)
    return TerminologiaConsultada(tabelas={"22"}, termos={("22", "10101012"): termo})


@pytest.mark.parametrize(
    ("inicio", "fim", "vigente"),
    [
        (ATENDIMENTO, None, True),
        (ATENDIMENTO + DIA, None, False),
        (None, ATENDIMENTO, True),
        (None, ATENDIMENTO - DIA, False),
        (None, None, True),
    ],
)
def test_code_is_in_force_on_the_date_of_care(
    inicio: date | None, fim: date | None, vigente: bool
) -> None:
    esperado = [] if vigente else ["CODIGO_FORA_DE_VIGENCIA"]
    termos = terminologia(inicio, fim)
    assert codigos(sp_sadt(ITEM), terminologia=termos) == esperado
    assert codigos(CONSULTA_MINIMA, terminologia=termos) == esperado
    assert codigos(HONORARIOS_MINIMA, terminologia=termos) == esperado


def test_code_that_was_in_force_before_is_accepted_in_that_period() -> None:
    termo = Termo(
        codigo="10101012",
        descricao="Consulta",
        inicio=ATENDIMENTO + DIA,
        fim=None,
        anteriores=(Periodo(None, ATENDIMENTO),),
    )
    termos = TerminologiaConsultada(tabelas={"22"}, termos={("22", "10101012"): termo})
    assert codigos(sp_sadt(ITEM), terminologia=termos) == []


def test_code_that_its_table_does_not_have_is_warned_about() -> None:
    assert codigos(sp_sadt(EXAME), terminologia=terminologia()) == ["CODIGO_DESCONHECIDO"]
    consulta = trocar(CONSULTA_MINIMA, "procedimento.codigo_procedimento", "10101099")
    assert codigos(consulta, terminologia=terminologia()) == ["CODIGO_DESCONHECIDO"]


@pytest.mark.parametrize(
    ("codigo", "ha"),
    [
        ("10101012", False),
        ("1010101", True),
        ("101010120", True),
        ("1010101-2", True),
        ("1010101A", True),
        ("1010101²", True),
        ("10101012345", False),  # too long: a matter of form
        ("", False),
        (None, False),
    ],
)
def test_code_of_the_tuss_has_eight_digits(codigo: str | None, ha: bool) -> None:
    esperado = ["CODIGO_SUSPEITO"] if ha else []
    consulta = trocar(CONSULTA_MINIMA, "procedimento.codigo_procedimento", codigo)
    assert codigos(consulta) == esperado
    assert codigos(com_item(codigo_procedimento=codigo)) == esperado
    for tipo, tabela in (("07", "18"), ("03", "19"), ("02", "20")):
        despesa = replace(GAZE, codigo_despesa=tipo, codigo_tabela=tabela)
        assert codigos(com_despesa(despesa, codigo_procedimento=codigo)) == esperado
    dental = trocar(ODONTO_MINIMA, "itens.0.codigo_procedimento", codigo)
    assert codigos(dental) == esperado


@pytest.mark.parametrize("tabela", ["00", "98"])
def test_own_code_has_any_form(tabela: str) -> None:
    assert codigos(com_item(codigo_tabela=tabela, codigo_procedimento="PCT-1")) == []


def test_code_that_looks_like_none_is_not_looked_up() -> None:
    torto = com_item(codigo_procedimento="1010101")
    assert codigos(torto, terminologia=terminologia()) == ["CODIGO_SUSPEITO"]


def test_code_of_a_table_that_was_not_loaded_proves_nothing() -> None:
    assert codigos(com_despesa(GAZE), terminologia=terminologia()) == []
    vazia = TerminologiaConsultada()
    assert codigos(sp_sadt(ITEM, EXAME), terminologia=vazia) == []


def test_expenses_are_looked_up_too() -> None:
    termos = replace(terminologia(), tabelas={"19", "22"})
    assert codigos(com_despesa(GAZE), terminologia=termos) == ["CODIGO_DESCONHECIDO"]


@pytest.mark.parametrize("tabela", ["00", "98"])
def test_own_code_is_not_looked_up(tabela: str) -> None:
    termos = replace(terminologia(), tabelas={tabela})
    assert codigos(com_item(codigo_tabela=tabela), terminologia=termos) == []


@pytest.mark.parametrize("campo", ["codigo_procedimento", "data_execucao", "codigo_tabela"])
def test_what_is_missing_is_not_looked_up(campo: str) -> None:
    termos = terminologia(fim=ATENDIMENTO - DIA)
    assert codigos(com_item(**{campo: None}), terminologia=termos) == []
