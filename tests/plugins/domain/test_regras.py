from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from guias_modelo import (
    ATENDIMENTO,
    CONSULTA_MINIMA,
    EXAME,
    GUIAS,
    HOJE,
    ITEM,
    SP_SADT_MAXIMA,
    SP_SADT_MINIMA,
    trocar,
)
from hypothesis import given
from hypothesis import strategies as st

from tiss.domain.guia import Guia, Item
from tiss.domain.regras import aplicar_regras

DIA = timedelta(days=1)


def codigos(guia: Guia) -> list[str]:
    return [problema.codigo for problema in aplicar_regras(guia, hoje=HOJE)]


def com_item(**campos: object) -> Guia:
    return replace(SP_SADT_MINIMA, itens=(replace(ITEM, **campos),))


@pytest.mark.parametrize("nome", GUIAS)
def test_sound_guia_has_no_problem(nome: str) -> None:
    assert codigos(GUIAS[nome]) == []


@pytest.mark.parametrize("guia", [CONSULTA_MINIMA, SP_SADT_MINIMA])
def test_guia_without_item_is_refused(guia: Guia) -> None:
    assert codigos(replace(guia, itens=())) == ["SEM_ITEM"]


def test_consulta_takes_one_procedure_and_sp_sadt_many() -> None:
    assert codigos(replace(CONSULTA_MINIMA, itens=(ITEM, EXAME))) == ["CONSULTA_COM_EXAMES"]
    assert codigos(replace(SP_SADT_MINIMA, itens=(ITEM, EXAME))) == []


def test_item_number_repeated_in_a_guia_is_named_once() -> None:
    itens = (ITEM, replace(ITEM), replace(EXAME))
    (problema,) = aplicar_regras(replace(SP_SADT_MINIMA, itens=itens), hoje=HOJE)
    assert (problema.codigo, problema.mensagem) == (
        "SEQUENCIAL_REPETIDO",
        "o item 1 aparece 2 vezes",
    )


@pytest.mark.parametrize(("quando", "esperado"), [(HOJE, []), (HOJE + DIA, ["DATA_FUTURA"])])
def test_attendance_happened_today_at_the_latest(quando: object, esperado: list[str]) -> None:
    assert codigos(trocar(CONSULTA_MINIMA, "data_atendimento", quando)) == esperado
    assert codigos(com_item(data_execucao=quando)) == esperado


@pytest.mark.parametrize(
    ("validade", "esperado"),
    [(ATENDIMENTO, []), (ATENDIMENTO - DIA, ["SENHA_VENCIDA"]), (None, [])],
)
def test_senha_is_valid_on_the_day_of_attendance(validade: object, esperado: list[str]) -> None:
    guia = trocar(SP_SADT_MAXIMA, "autorizacao.validade_senha", validade)
    assert codigos(guia) == esperado


@pytest.mark.parametrize("valor", [Decimal("0.00"), Decimal("-0.01")])
def test_money_is_above_zero(valor: Decimal) -> None:
    assert codigos(com_item(valor_unitario=valor, valor_total=valor)) == ["VALOR_ZERO"]
    assert "VALOR_ZERO" in codigos(com_item(valor_total=valor))


@pytest.mark.parametrize("valor", [Decimal("0.00"), Decimal("-0.01")])
def test_price_of_nothing_with_another_total_does_not_add_up(valor: Decimal) -> None:
    item = com_item(valor_unitario=valor, valor_total=Decimal("150.00"))
    assert codigos(item) == ["TOTAL_NAO_CONFERE"]


def test_smallest_price_is_one_centavo() -> None:
    centavo = Decimal("0.01")
    assert codigos(com_item(valor_unitario=centavo, valor_total=centavo)) == []


@pytest.mark.parametrize(("quantidade", "ha"), [("1", False), ("0", True), ("-1", True)])
def test_quantity_is_one_or_more(quantidade: str, ha: bool) -> None:
    guia = com_item(quantidade=Decimal(quantidade))
    assert ("QUANTIDADE" in codigos(guia)) is ha


@pytest.mark.parametrize(
    ("quantidade", "unitario", "fator", "total", "confere"),
    [
        ("3", "33.33", "0.70", "69.99", True),  # 69.993: a legitimate reduction
        ("3", "33.33", "0.70", "70.00", True),  # one centavo is tolerated
        ("3", "33.33", "0.70", "70.01", False),
        ("3", "33.33", "0.70", "69.98", True),
        ("3", "33.33", "0.70", "69.97", False),
        ("3", "33.33", "0.70", "99.99", False),  # the factor left out
        ("1", "0.03", "0.50", "0.03", True),  # 0.015 rounds half up to 0.02, then one centavo
        ("1", "0.03", "0.50", "0.04", False),
        ("1", "0.05", "0.50", "0.04", True),  # 0.025 is 0.03, not 0.02 as half even would say
        ("1", "0.05", "0.50", "0.01", False),
        ("2", "100.00", "9.99", "1998.00", True),
    ],
)
def test_total_is_quantity_times_price_times_factor_within_one_centavo(
    quantidade: str, unitario: str, fator: str, total: str, confere: bool
) -> None:
    guia = com_item(
        quantidade=Decimal(quantidade),
        valor_unitario=Decimal(unitario),
        reducao_acrescimo=Decimal(fator),
        valor_total=Decimal(total),
    )
    assert codigos(guia) == ([] if confere else ["TOTAL_NAO_CONFERE"])


@pytest.mark.parametrize(
    "campo", ["quantidade", "valor_unitario", "reducao_acrescimo", "valor_total"]
)
def test_total_is_not_checked_while_a_factor_is_missing(campo: str) -> None:
    assert codigos(com_item(**{campo: None})) == []


def test_every_problem_is_reported_and_says_which_item() -> None:
    ruim = replace(EXAME, valor_unitario=Decimal(0), quantidade=Decimal(0))
    problemas = aplicar_regras(replace(SP_SADT_MINIMA, itens=(ITEM, ruim)), hoje=HOJE)
    assert [(problema.codigo, problema.campo) for problema in problemas] == [
        ("QUANTIDADE", "item 2/quantidadeExecutada"),
        ("TOTAL_NAO_CONFERE", "item 2/valorTotal"),
    ]


def test_total_of_numbers_beyond_their_limits_is_left_to_the_limits() -> None:
    enorme = Decimal("999999999.99")
    assert (
        codigos(com_item(quantidade=enorme, valor_unitario=enorme, reducao_acrescimo=enorme)) == []
    )


@given(
    item=st.builds(
        Item,
        sequencial_item=st.none() | st.integers(),
        codigo_tabela=st.none(),
        codigo_procedimento=st.none(),
        descricao=st.none(),
        data_execucao=st.none() | st.dates(),
        quantidade=st.none() | st.decimals(-(10**9), 10**9),
        reducao_acrescimo=st.none() | st.decimals(-(10**9), 10**9),
        valor_unitario=st.none() | st.decimals(-(10**9), 10**9),
        valor_total=st.none() | st.decimals(-(10**9), 10**9),
    )
)
def test_no_number_that_the_clinic_may_hold_breaks_the_arithmetic(item: Item) -> None:
    list(aplicar_regras(replace(SP_SADT_MINIMA, itens=(item, item)), hoje=HOJE))
