"""Amounts, numbers and dates as the field writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from modelos_de_resposta import (
    DEMONSTRATIVO,
    LIDAS,
    PROTOCOLO,
    RECEBIMENTO,
    analisada,
    demonstrativos,
    em_arquivo,
    em_ws,
    resposta_de,
)

from tiss.domain.retorno import Demonstrativos, Recebimento
from tiss.messages.leitura import ler


@pytest.mark.parametrize(
    ("escrito", "lido"),
    [
        ("90", "90"),
        ("90.0", "90"),
        ("90,00", "90"),
        (" 90.00 ", "90"),
        ("+90.00", "90"),
        ("-0.01", "-0.01"),
        ("90.", "90"),
        (".9", "0.9"),
        ("999999999.99", "999999999.99"),
        ("1000000000.00", None),  # beyond every field of the standard, and of our tables
        ("1E5", None),
        ("1E+999999999999", None),
        ("9" * 5000, None),
        ("1_000", None),
        ("0000000000090.00", "90"),
        ("90.0000000", "90"),
        ("1.000,00", "1000"),
        ("1,000.00", "1000"),
        ("1.234.567", "1234567"),
        ("1 234 567,8", "1234567.8"),
        ("1\u00a0234,50", "1234.5"),
        ("-1.234,50", "-1234.5"),
        ("1.000", "1"),  # a point alone is the decimal point of the standard
        ("1,000", "1"),
        ("1.23.456", None),
        ("1.234,567.89", None),
        ("1,234,567,89", None),
        ("999999999.999", None),  # rounds up to the limit
        ("R$ 90", None),
        ("NaN", None),
        ("Infinity", None),
        ("٩٠", None),
        (".", None),
        ("-", None),
        ("", None),
    ],
)
def test_money_is_read_as_a_decimal_or_not_at_all(escrito: str, lido: str | None) -> None:
    guia = analisada(">90.00<", f">{escrito}<")
    assert guia.valor_liberado == (None if lido is None else Decimal(lido))


@pytest.mark.parametrize(
    ("escrito", "lido"),
    [("0002", 2), ("2.0", 2), ("1E+999999999", None), ("x", None), ("9999999999", None)],
)
def test_item_number_is_a_number_that_our_tables_hold(escrito: str, lido: int | None) -> None:
    assert analisada(">0002<", f">{escrito}<").itens[0].sequencial_item == lido


@pytest.mark.parametrize(
    "escrita",
    [
        "2026-04-01",
        "2026-04-01-03:00",
        "2026-04-01Z",
        "2026-04-01T10:00:00.1234567-03:00",
        "01/04/2026",
    ],
)
def test_date_may_carry_a_zone_or_a_time(escrita: str) -> None:
    lidos = demonstrativos(em_ws(DEMONSTRATIVO.replace("2026-04-01", escrita)))
    assert lidos.lista[0].ordem.data_emissao == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("escrito", "lido"), [("42", "42"), ("000042", "42"), ("000", "000"), ("A042", "A042")]
)
def test_lote_number_loses_leading_zeros_and_the_protocolo_keeps_them(
    escrito: str, lido: str
) -> None:
    corpo = RECEBIMENTO.replace(">42<", f">{escrito}<")
    recebimento = resposta_de(em_ws(corpo).encode())
    assert isinstance(recebimento, Recebimento)
    assert (recebimento.numero_lote, recebimento.numero_protocolo) == (lido, "00099X")


def test_comments_and_cdata_inside_a_value_do_not_cut_it() -> None:
    corpo = RECEBIMENTO.replace("00099X", "00<!-- a -->0<![CDATA[99]]><?b c?>X")
    assert resposta_de(em_ws(corpo).encode()) == LIDAS["recebimento"][1]


def test_elements_out_of_order_say_the_same() -> None:
    raiz = etree.fromstring(em_ws(DEMONSTRATIVO))
    for elemento in raiz.iter("{*}relacaoGuias", "{*}detalhesGuia", "{*}dadosProtocolo"):
        motivos = [e for e in elemento if "otivo" in e.tag or "relacao" in e.tag]
        outros = [e for e in elemento if e not in motivos]
        elemento[:] = [*reversed(outros), *motivos]
    lidos = resposta_de(etree.tostring(raiz))
    assert isinstance(lidos, Demonstrativos)
    guias = {guia.numero_guia_prestador: guia for guia in lidos.lista[0].protocolos[0].guias}
    esperadas = {guia.numero_guia_prestador: guia for guia in PROTOCOLO.guias}
    assert guias["2"] == esperadas["2"]
    assert set(guias["1"].itens) == set(esperadas["1"].itens)


# what is bent is told


def test_zero_has_no_sign() -> None:
    assert str(analisada(">90.00<", ">-0.00<").valor_liberado) == "0.00"
    assert avisos("-0.00") == ()


def avisos(escrito: str) -> tuple[str, ...]:
    corpo = em_arquivo(DEMONSTRATIVO.replace(">90.00<", f">{escrito}<"))
    return tuple(um for um in ler(corpo.encode()).avisos if um.startswith("valorLiberadoGuia"))


@pytest.mark.parametrize(
    ("escrito", "lido", "aviso"),
    [
        ("89.995", "90.00", "valor com fração de centavo, arredondado"),
        ("89.9949999", "89.99", "valor com fração de centavo, arredondado"),
        ("-90.00", "-90.00", "valor negativo"),
        ("R$ 90", None, "valor que não se lê, deixado em branco"),
    ],
)
def test_rounded_negative_or_unreadable_amounts_are_warned_about(
    escrito: str, lido: str | None, aviso: str
) -> None:
    assert analisada(">90.00<", f">{escrito}<").valor_liberado == (lido and Decimal(lido))
    assert avisos(escrito) == (f"valorLiberadoGuia: {aviso}",)


@pytest.mark.parametrize("escrito", ["90", "90,0", "90.0000000", "1.000,00", "", " 90.00 "])
def test_amount_that_is_only_written_oddly_is_not_warned_about(escrito: str) -> None:
    assert avisos(escrito) == ()


def test_the_same_warning_is_told_once_with_how_often() -> None:
    guias = DEMONSTRATIVO.replace(">95.00<", ">-1<").replace(">90.00<", ">-1<")
    leitura = ler(em_arquivo(guias + guias).encode())
    assert "valorLiberadoGuia: valor negativo (2 vezes)" in leitura.avisos


def test_warnings_quote_nothing_of_the_answer() -> None:
    corpo = DEMONSTRATIVO.replace(">90.00<", ">MARIA<").replace("2026-04-01", "MARIA")
    corpo = corpo.replace("1801", "MARIA").replace(">6<", ">MARIA<")
    leitura = ler(em_arquivo(corpo).encode())
    assert len(leitura.avisos) >= 5
    assert "MARIA" not in " ".join(leitura.avisos)


reais = st.decimals(min_value=Decimal("-99999999.99"), max_value=Decimal("99999999.99"), places=2)


@given(reais, st.sampled_from(["{:.2f}", "{:,.2f}", " {:.2f}", "{:.2f}00000"]), st.booleans())
def test_amount_survives_every_way_of_writing_it(
    valor: Decimal, forma: str, brasileira: bool
) -> None:
    escrito = forma.format(valor)
    if brasileira:
        escrito = escrito.translate(str.maketrans(",.", ".,"))
    assert analisada(">90.00<", f">{escrito}<").valor_liberado == valor
