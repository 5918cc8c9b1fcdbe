from __future__ import annotations

from dataclasses import astuple
from decimal import Decimal

from guias_modelo import CONSULTA_MINIMA, SP_SADT_MAXIMA, SP_SADT_MINIMA, trocar

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Problema


def test_guia_asks_for_the_sum_of_its_items() -> None:
    assert CONSULTA_MINIMA.valor_informado == Decimal("150.00")
    assert SP_SADT_MAXIMA.valor_informado == Decimal("219.99")


def test_item_without_value_counts_zero() -> None:
    assert trocar(SP_SADT_MAXIMA, "itens.1.valor_total", None).valor_informado == 150


def test_guia_without_item_asks_for_nothing_and_has_an_empty_procedure() -> None:
    vazia = trocar(CONSULTA_MINIMA, "itens", ())
    assert vazia.valor_informado == 0
    assert set(astuple(vazia.procedimento)) == {None}


def test_each_guia_knows_in_which_lote_it_travels() -> None:
    assert CONSULTA_MINIMA.tipo is TipoGuia.CONSULTA
    assert SP_SADT_MINIMA.tipo is TipoGuia.SP_SADT


def test_number_at_the_operadora_comes_from_the_authorisation() -> None:
    assert SP_SADT_MAXIMA.numero_guia_operadora == "OP-0002"
    assert SP_SADT_MINIMA.numero_guia_operadora is None


def test_problem_reads_as_field_and_what_to_do() -> None:
    problema = Problema(codigo="AUSENTE", campo="a/b", mensagem="carteira: preencha")
    assert str(problema) == "a/b: carteira: preencha"
