from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from guias_modelo import DESPESAS, EXAME, ITEM, MATERIAL, OPME
from hypothesis import given
from hypothesis import strategies as st

from tiss.domain.partes import PARCIAIS, Despesa, Item, Totais, soma


def test_totals_are_those_of_procedures_and_of_each_kind_of_expense() -> None:
    assert Totais.de((ITEM, EXAME), DESPESAS) == Totais(
        procedimentos=Decimal("219.99"),
        gases_medicinais=Decimal("20.00"),
        medicamentos=Decimal("20.00"),
        materiais=Decimal("20.00"),
        diarias=Decimal("20.00"),
        taxas_alugueis=Decimal("20.00"),
        opme=Decimal("50.00"),
        geral=Decimal("369.99"),
    )


def test_expenses_of_one_kind_are_added_up() -> None:
    assert Totais.de((), (OPME, MATERIAL, OPME)) == Totais(
        opme=Decimal("100.00"), materiais=Decimal("20.00"), geral=Decimal("120.00")
    )


def test_kind_that_was_not_used_has_no_partial_total() -> None:
    assert Totais.de(()) == Totais(geral=Decimal("0.00"))
    assert Totais.de((ITEM,)) == Totais(procedimentos=Decimal("150.00"), geral=Decimal("150.00"))


@pytest.mark.parametrize(
    ("codigo", "parcial"),
    [
        ("01", "gases_medicinais"),
        ("02", "medicamentos"),
        ("03", "materiais"),
        ("05", "diarias"),
        ("07", "taxas_alugueis"),
        ("08", "opme"),
    ],
)
def test_each_kind_of_expense_has_its_partial_total(codigo: str, parcial: str) -> None:
    despesa = replace(MATERIAL, codigo_despesa=codigo)
    assert Totais.de((), (despesa,)) == Totais(**{parcial: Decimal("20.00")}, geral=Decimal(20))
    assert len(PARCIAIS) == 6


@pytest.mark.parametrize("codigo", [None, "", "04", "99"])
def test_expense_of_no_known_kind_is_in_no_total(codigo: str | None) -> None:
    despesas = (replace(MATERIAL, codigo_despesa=codigo),)
    assert Totais.de((ITEM,), despesas) == Totais.de((ITEM,))


def test_line_without_value_counts_zero() -> None:
    assert soma(()) == soma((Item(), Item())) == Decimal("0.00")
    sem_valor = Despesa(codigo_despesa="08")
    assert Totais.de((Item(),), (sem_valor,)) == Totais(
        procedimentos=Decimal("0.00"), opme=Decimal("0.00"), geral=Decimal("0.00")
    )


DINHEIRO = st.none() | st.decimals(0, 10**8, places=2)
ITENS = st.lists(DINHEIRO.map(lambda valor: Item(valor_total=valor)), max_size=5)
GASTOS = st.lists(
    st.builds(Despesa, codigo_despesa=st.sampled_from(sorted(PARCIAIS)), valor_total=DINHEIRO),
    max_size=5,
)


@given(ITENS, GASTOS)
def test_total_is_what_its_parts_and_its_lines_add_up_to(
    itens: list[Item], despesas: list[Despesa]
) -> None:
    totais = Totais.de(itens, despesas)
    partes = [getattr(totais, nome) for nome in ("procedimentos", *PARCIAIS.values())]
    assert totais.geral == sum(parte for parte in partes if parte is not None)
    assert totais.geral == soma(itens) + soma(despesas)
