"""The rules of glosa: pure functions of a guia and the operadora's configuration."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from tiss.simulador.analise import analisar
from tiss.simulador.config import Operadora, RegraDeGlosa
from tiss.simulador.modelo import Guia, Item

HOJE = datetime.date(2026, 11, 21)
OPERADORA = Operadora(
    registro_ans="999001",
    nome="Operadora",
    cnpj="11222333000181",
    versao="4.03.00",
    credenciais=(),
    preco_maximo={"CARO": Decimal("100.00"), "CARO_E_NAO_COBERTO": Decimal("100.00")},
    nao_cobertos=frozenset({"NAO_COBERTO", "CARO_E_NAO_COBERTO"}),
)


ONTEM = HOJE - datetime.timedelta(days=1)


def item(
    valor: str = "50.00",
    codigo: str = "COMUM",
    *,
    sequencial: int = 1,
    quantidade: str = "1",
    fator: str = "1.00",
    total: str | None = None,
    data: datetime.date = HOJE,
) -> Item:
    calculado = Decimal(valor) * Decimal(quantidade) * Decimal(fator)
    return Item(
        sequencial=sequencial,
        data=data,
        tabela="22",
        codigo=codigo,
        descricao="Exame",
        quantidade=Decimal(quantidade),
        fator=Decimal(fator),
        valor_unitario=Decimal(valor),
        valor_total=calculado.quantize(Decimal("0.01")) if total is None else Decimal(total),
    )


def guia(
    *itens: Item,
    total: str | None = None,
    carteira: str = "123",
    registro_ans: str = "999001",
    data: datetime.date = HOJE,
    data_fim: datetime.date | None = None,
) -> Guia:
    soma = sum((i.valor_total for i in itens), Decimal("0.00"))
    return Guia(
        registro_ans=registro_ans,
        numero="1",
        numero_operadora=None,
        senha=None,
        carteira=carteira,
        atendimento_rn="N",
        executante="P1",
        cnes="9999999",
        data=data,
        data_fim=data_fim,
        itens=itens,
        valor_total=soma if total is None else Decimal(total),
    )


def codigos_da_guia(g: Guia) -> list[str]:
    return [motivo.codigo for motivo in analisar(g, OPERADORA, HOJE).motivos]


def test_ordinary_guia_is_released_in_full() -> None:
    analise = analisar(guia(item(), item(sequencial=2)), OPERADORA, HOJE)
    assert (analise.informado, analise.liberado) == (Decimal("100.00"), Decimal("100.00"))
    assert analise.motivos == ()


@pytest.mark.parametrize(
    ("recusada", "codigo"),
    [
        pytest.param(guia(item(), carteira="7000"), "1001", id="carteira ends with 000"),
        pytest.param(guia(item(), registro_ans="1"), "5027", id="registro ANS of another"),
        pytest.param(guia(total="1.00"), "1801", id="no item"),
        pytest.param(
            guia(item(data=HOJE + datetime.timedelta(days=1))), "1323", id="care tomorrow"
        ),
        pytest.param(
            guia(item(), data=ONTEM, data_fim=ONTEM), "1323", id="care after the period billed"
        ),
        pytest.param(
            guia(item(data=ONTEM), data_fim=HOJE), "1323", id="care before the period billed"
        ),
        pytest.param(guia(item(), item()), "3167", id="sequencial twice"),
        pytest.param(guia(item("0.00")), "1706", id="value zero"),
        pytest.param(guia(item("-1.00")), "1706", id="negative value"),
        pytest.param(guia(item(), total="50.02"), "1705", id="total 2 cents above the sum"),
        pytest.param(guia(item(), total="49.98"), "1706", id="total 2 cents below the sum"),
        pytest.param(guia(item(total="50.02")), "1805", id="item 2 cents off its product"),
        pytest.param(
            guia(item(quantidade="2", fator="0.50", total="100.00")), "1805", id="fator ignored"
        ),
    ],
)
def test_a_motive_on_the_guia_refuses_all_of_it(recusada: Guia, codigo: str) -> None:
    analise = analisar(recusada, OPERADORA, HOJE)
    assert [motivo.codigo for motivo in analise.motivos] == [codigo]
    assert analise.liberado == 0


@pytest.mark.parametrize(
    "aceita",
    [
        pytest.param(guia(item(), total="50.01"), id="total a cent above"),
        pytest.param(guia(item(), total="49.99"), id="total a cent below"),
        pytest.param(guia(item(total="50.01")), id="item a cent off"),
        pytest.param(guia(item(data=HOJE)), id="care today"),
        pytest.param(
            guia(item(data=ONTEM), item(sequencial=2), data=ONTEM, data_fim=HOJE),
            id="care on the first and the last day billed",
        ),
        pytest.param(
            guia(replace(item(quantidade="3"), valor_unitario=None, valor_total=Decimal(10))),
            id="no unit price to multiply",
        ),
        pytest.param(guia(item(), carteira="0001"), id="carteira with 000 elsewhere"),
        pytest.param(guia(item(quantidade="3", fator="0.70")), id="quantity and fator"),
    ],
)
def test_a_cent_of_rounding_and_other_boundaries_are_accepted(aceita: Guia) -> None:
    assert codigos_da_guia(aceita) == []


def test_a_refused_guia_puts_no_glosa_on_its_items() -> None:
    analise = analisar(guia(item(codigo="NAO_COBERTO"), carteira="000"), OPERADORA, HOJE)
    assert [i.glosas for i in analise.itens] == [()]


def test_several_motives_on_a_guia_are_all_told() -> None:
    assert codigos_da_guia(guia(item(), carteira="000", total="60.00")) == ["1001", "1705"]


def glosas(i: Item) -> list[tuple[str, Decimal]]:
    (analisado,) = analisar(guia(i), OPERADORA, HOJE).itens
    return [(glosa.codigo, glosa.valor) for glosa in analisado.glosas]


def test_price_at_the_maximum_is_released() -> None:
    assert glosas(item("100.00", "CARO")) == []


def test_only_the_excess_over_the_maximum_is_refused() -> None:
    assert glosas(item("100.01", "CARO")) == [("1705", Decimal("0.01"))]


def test_maximum_is_per_unit_and_follows_the_fator() -> None:
    i = item("120.00", "CARO", quantidade="2", fator="0.50")
    assert glosas(i) == [("1705", Decimal("20.00"))]


def test_procedure_that_is_not_covered_is_refused_whole() -> None:
    assert glosas(item("50.00", "NAO_COBERTO")) == [("1801", Decimal("50.00"))]


def test_several_motives_on_an_item_are_shares_of_its_glosa() -> None:
    assert glosas(item("130.00", "CARO_E_NAO_COBERTO")) == [
        ("1705", Decimal("30.00")),
        ("1801", Decimal("100.00")),
    ]


def test_guia_with_all_items_refused_releases_nothing_even_a_cent() -> None:
    analise = analisar(guia(item(codigo="NAO_COBERTO"), total="50.01"), OPERADORA, HOJE)
    assert analise.liberado == 0


@pytest.mark.parametrize(
    ("regra", "recusada"),
    [
        (RegraDeGlosa(codigo="1899"), True),
        (RegraDeGlosa(codigo="1899", parte=0.0), False),
        (RegraDeGlosa(codigo="1899", procedimento="COMUM"), True),
        (RegraDeGlosa(codigo="1899", procedimento="OUTRO"), False),
        (RegraDeGlosa(codigo="1899", sem="senha"), True),
        (RegraDeGlosa(codigo="1899", sem="observacao"), False),
        (RegraDeGlosa(codigo="1899", procedimento="OUTRO", sem="senha"), False),
        (RegraDeGlosa(codigo="1899", procedimento="COMUM", sem="senha"), True),
    ],
)
def test_a_rule_of_the_operadora_refuses_the_guias_that_it_reaches(
    regra: RegraDeGlosa, recusada: bool
) -> None:
    preenchida = replace(guia(item()), preenchidos=frozenset({"observacao"}))
    analise = analisar(preenchida, replace(OPERADORA, regras_de_glosa=(regra,)), HOJE)
    assert [motivo.codigo for motivo in analise.motivos] == ["1899"] * recusada
    assert (analise.liberado == 0) is recusada


def test_a_rule_refuses_its_share_of_the_guias_and_always_the_same_ones() -> None:
    rigida = replace(OPERADORA, regras_de_glosa=(RegraDeGlosa(codigo="1899", parte=0.3),))
    guias = [replace(guia(item()), numero=str(numero)) for numero in range(1000)]
    vezes = [[bool(analisar(g, rigida, HOJE).motivos) for g in guias] for _ in range(2)]
    assert vezes[0] == vezes[1]
    assert 250 < sum(vezes[0]) < 350
