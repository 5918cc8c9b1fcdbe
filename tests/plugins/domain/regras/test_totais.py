from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from guias_modelo import (
    DENTAL,
    EXAME,
    HONORARIOS_MINIMA,
    ITEM,
    ODONTO_MINIMA,
    OPME,
    trocar,
)
from regras_modelo import GAZE, codigos, problemas, resumo, sp_sadt

from tiss.domain.guia import GuiaSpSadt
from tiss.domain.partes import PARCIAIS, Totais

COMPLETA = sp_sadt(ITEM, despesas=(GAZE,))  # 150.00 and 10.00


def com_totais(**totais: str | None) -> GuiaSpSadt:
    valores = {n: None if v is None else Decimal(v) for n, v in totais.items()}
    return replace(COMPLETA, totais=replace(COMPLETA.totais, **valores))


@pytest.mark.parametrize(
    ("geral", "confere"),
    [("160.00", True), ("160.01", True), ("159.99", True), ("160.02", False), ("159.98", False)],
)
def test_total_of_the_guia_is_the_sum_of_its_partials_within_one_centavo(
    geral: str, confere: bool
) -> None:
    assert codigos(com_totais(geral=geral)) == ([] if confere else ["TOTAL_GERAL_NAO_CONFERE"])


@pytest.mark.parametrize(
    ("materiais", "geral", "confere"),
    [("10.01", "160.01", True), ("10.02", "160.02", False), ("9.98", "159.98", False)],
)
def test_partial_total_is_the_sum_of_its_lines_within_one_centavo(
    materiais: str, geral: str, confere: bool
) -> None:
    achados = codigos(com_totais(materiais=materiais, geral=geral))
    assert achados == ([] if confere else ["TOTAL_PARCIAL_NAO_CONFERE"])


def test_centavos_of_partials_do_not_add_up_to_an_error_of_the_guia() -> None:
    assert codigos(com_totais(procedimentos="150.01", materiais="10.01", geral="160.02")) == []


def test_partial_total_that_is_absent_is_warned_about_when_the_guia_adds_up() -> None:
    assert codigos(com_totais(materiais=None)) == ["TOTAL_PARCIAL_AUSENTE"]


def test_partial_total_that_is_absent_does_not_take_its_lines_from_the_guia() -> None:
    assert codigos(com_totais(materiais=None, geral="150.00")) == [
        "TOTAL_PARCIAL_AUSENTE",
        "TOTAL_GERAL_NAO_CONFERE",
    ]


def test_partial_total_without_lines_blocks_unless_it_is_nothing() -> None:
    assert codigos(com_totais(diarias="0.00")) == []
    assert codigos(com_totais(diarias="50.00", geral="210.00")) == ["TOTAL_PARCIAL_NAO_CONFERE"]


@pytest.mark.parametrize(("codigo", "parcial"), PARCIAIS.items())
def test_each_kind_of_expense_adds_to_its_own_partial(codigo: str, parcial: str) -> None:
    despesa = replace(GAZE, codigo_despesa=codigo, codigo_tabela="00", registro_anvisa="1")
    guia = sp_sadt(ITEM, despesas=(despesa,))
    assert codigos(guia) == []
    (problema,) = problemas(trocar(guia, f"totais.{parcial}", Decimal("10.02")))[:1]
    assert problema.codigo == "TOTAL_PARCIAL_NAO_CONFERE"
    assert problema.caminho.startswith("valorTotal/valor")


def test_total_of_the_procedures_is_the_sum_of_their_lines() -> None:
    assert codigos(com_totais(procedimentos="150.01", geral="160.01")) == []
    errado = com_totais(procedimentos="150.02", geral="160.02")
    assert codigos(errado) == ["TOTAL_PARCIAL_NAO_CONFERE"]


def test_totals_of_a_stay_are_checked_too() -> None:
    totais = Totais(procedimentos=Decimal("150.00"), geral=Decimal("151.00"))
    assert codigos(resumo(totais=totais)) == ["TOTAL_GERAL_NAO_CONFERE"]


def test_totals_are_not_judged_while_a_line_has_no_value_or_no_kind() -> None:
    sem_valor = replace(COMPLETA, itens=(replace(ITEM, valor_total=None),))
    assert codigos(sem_valor) == []
    sem_tipo = replace(COMPLETA, despesas=(replace(GAZE, codigo_despesa="04"),))
    assert codigos(sem_tipo) == []
    assert codigos(trocar(COMPLETA, "totais.geral", None)) == []


@pytest.mark.parametrize(
    ("total", "confere"), [("150.00", True), ("150.01", True), ("150.02", False), (None, True)]
)
def test_total_of_honorarios_is_the_sum_of_its_items(total: str | None, confere: bool) -> None:
    valor = None if total is None else Decimal(total)
    guia = replace(HONORARIOS_MINIMA, valor_total_honorarios=valor)
    assert codigos(guia) == ([] if confere else ["TOTAL_GERAL_NAO_CONFERE"])


def odonto(total: str, quantidade: str = "1", **campos: object) -> list[str]:
    item = replace(DENTAL, quantidade=Decimal(quantidade), **campos)
    return codigos(replace(ODONTO_MINIMA, itens=(item,), valor_total_proc=Decimal(total)))


@pytest.mark.parametrize(
    ("total", "esperado"),
    [("80.01", []), ("80.02", ["TOTAL_GERAL_NAO_CONFERE"])],
)
def test_total_of_a_dental_treatment_is_the_sum_of_its_lines(
    total: str, esperado: list[str]
) -> None:
    assert odonto(total) == esperado


def test_dental_total_that_adds_up_only_by_the_unit_is_warned_about() -> None:
    assert odonto("80.00", "2") == []
    assert odonto("160.00", "2") == odonto("160.01", "2") == ["VALOR_POR_UNIDADE"]
    assert odonto("160.02", "2") == ["TOTAL_GERAL_NAO_CONFERE"]


@pytest.mark.parametrize(
    ("campo", "total"), [("valor_franquia", "valor_total_franquia"), ("qtd_us", "qtd_total_us")]
)
def test_franquia_and_us_add_up_by_the_line_or_by_the_unit(campo: str, total: str) -> None:
    def achados(informado: str | None) -> list[str]:
        item = replace(DENTAL, quantidade=Decimal(2), **{campo: Decimal("5.00")})
        valor = None if informado is None else Decimal(informado)
        return codigos(replace(ODONTO_MINIMA, itens=(item,), **{total: valor}))

    assert achados("5.00") == achados("5.01") == achados("10.00") == achados("10.01") == []
    assert achados("5.02") == achados("10.02") == achados("0.00") == ["TOTAL_PARCIAL_NAO_CONFERE"]
    assert achados(None) == ["TOTAL_PARCIAL_AUSENTE"]
    so_total = replace(ODONTO_MINIMA, **{total: Decimal("5.00")})
    assert codigos(so_total) == ["TOTAL_PARCIAL_NAO_CONFERE"]


def test_message_tells_both_amounts() -> None:
    (problema,) = problemas(com_totais(geral="170.00"))
    assert "160.00" in problema.mensagem
    assert problema.valor == "170.00"


def test_opme_and_reduced_exams_add_up() -> None:
    assert codigos(sp_sadt(ITEM, EXAME, despesas=(replace(OPME, item_vinculado=1),))) == []
