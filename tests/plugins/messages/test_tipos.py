"""The simple types: how values are written, read back, and refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiss.domain.cadastro import Escrita
from tiss.messages.declaracao import Campo, Grupo, escritor
from tiss.messages.textos import Textos
from tiss.messages.tipos import (
    Base64,
    Data,
    Decimais,
    Hora,
    Inteiro,
    Logico,
    Sequencial,
    Texto,
    Tipo,
    Valores,
)

ESCRITA = Escrita()


class Coisa(NamedTuple):
    nome: Any


def queixa(tipo: Tipo, valor: object) -> str | None:
    achada = tipo.queixa(valor, ESCRITA)
    return achada[0] if achada else None


def escrito_como(tipo: Tipo, valor: object) -> str:
    raiz = Grupo("r", (Campo("v", "nome", tipo, "valor"),))
    xml = escritor(raiz, ESCRITA.versao)(Coisa(nome=valor), Textos())
    return xml.removeprefix("<ans:r><ans:v>").removesuffix("</ans:v></ans:r>")


@pytest.mark.parametrize(
    ("tipo", "valor", "escrito"),
    [
        (Inteiro(999), Decimal("3"), "3"),
        (Inteiro(999), Decimal("3.00"), "3"),
        (Inteiro(999), Decimal("1E+2"), "100"),
        (Inteiro(999), 7, "7"),
        (Sequencial(9999), 7, "7"),
        (Decimais(Decimal(999)), Decimal("3"), "3.00"),
        (Decimais(Decimal(999)), Decimal("0.7"), "0.70"),
        (Decimais(Decimal(999)), Decimal("1E+2"), "100.00"),
        (Data(), date(2026, 3, 1), "2026-03-01"),
        (Decimais(Decimal(999), casas=4), Decimal("0.5"), "0.5000"),
        (Hora(), time(7), "07:00:00"),
        (Hora(), time(23, 59, 59, 999999), "23:59:59"),
        (Logico(), True, "true"),
        (Logico(), False, "false"),
        (Base64(), "QUJD/w==", "QUJD/w=="),
    ],
)
def test_numbers_and_dates_have_one_way_to_be_written(
    tipo: Tipo, valor: object, escrito: str
) -> None:
    assert queixa(tipo, valor) is None
    assert escrito_como(tipo, valor) == escrito


@pytest.mark.parametrize(
    ("valor", "codigo"),
    [
        ("abc", None),
        ("abcd", "TAMANHO"),
        ("  abc  ", None),  # what is sent counts
        ("ab€", "TAMANHO"),  # EUR
        ("ab日", "CARACTERE"),
        (123, None),
        (1234, "TAMANHO"),
    ],
)
def test_text_fits_as_it_will_be_sent(valor: object, codigo: str | None) -> None:
    assert queixa(Texto(3), valor) == codigo


def test_text_that_does_not_fit_says_by_how_much() -> None:
    assert Texto(3).queixa("abcd", ESCRITA) == (
        "TAMANHO",
        "tem 4 caracteres e o padrão aceita 3: abrevie",
    )


def test_identifier_that_does_not_fit_is_copied_again_and_not_abbreviated() -> None:
    assert Texto(3, dica="copie só o número").queixa("abcd", ESCRITA) == (
        "TAMANHO",
        "tem 4 caracteres e o padrão aceita 3: copie só o número",
    )


@pytest.mark.parametrize(
    ("valor", "dito"),
    [
        ("Maria 漢", "caractere na posição 7 (CJK UNIFIED IDEOGRAPH-6F22)"),
        ("漢字 Maria", "caractere na posição 1 (CJK UNIFIED IDEOGRAPH-6F22) e outros"),
        ("a\u0303 😀", "caractere na posição 3 (GRINNING FACE)"),  # composed before counting
        ("\ue000", "caractere na posição 1 (U+E000)"),
        ("\ud800", "caractere na posição 1 (U+D800)"),
    ],
)
def test_character_that_cannot_be_sent_is_named_by_its_place_and_no_text_is_quoted(
    valor: str, dito: str
) -> None:
    assert Texto(50).queixa(valor, ESCRITA) == (
        "CARACTERE",
        f"troque o que não pode ser enviado: {dito}",
    )


def test_closed_text_says_what_is_expected() -> None:
    assert Texto(2, "01|02", "use 01 ou 02").queixa("03", ESCRITA) == (
        "FORMATO",
        "valor fora do padrão: use 01 ou 02",
    )
    assert Texto(2, "01|02").queixa("03", ESCRITA) == (
        "FORMATO",
        "valor fora do padrão: confira o código",
    )
    assert queixa(Texto(9, "01|02"), "01\n2") == "FORMATO"


def test_mask_in_a_closed_text_is_not_answered_with_shorten_it() -> None:
    assert queixa(Texto(2, "[0-9]{2}"), "1-2.3") == "FORMATO"


@pytest.mark.parametrize(
    ("valor", "codigo"),
    [
        ("0.00", None),
        ("99999999.99", None),
        ("99999999.990", None),
        ("100000000.00", "FORMATO"),  # the XSD would let it pass: trailing zeros do not count
        ("100000000", "FORMATO"),
        ("1E+30", "FORMATO"),
        ("1E+999999999", "FORMATO"),
        ("-0.01", "FORMATO"),
        ("0.001", "FORMATO"),
        ("0.1234567890123456789012345678901234567890", "FORMATO"),
        ("99999999.999", "FORMATO"),
    ],
)
def test_money_has_two_decimals_and_eight_digits_before_them(
    valor: str, codigo: str | None
) -> None:
    assert queixa(Decimais(Decimal("99999999.99")), Decimal(valor)) == codigo


@pytest.mark.parametrize(
    ("valor", "codigo"),
    [("1", None), ("999", None), ("0", "FORMATO"), ("1000", "FORMATO"), ("1.5", "FORMATO"),
     ("-1", "FORMATO"), ("1E+30", "FORMATO")],
)  # fmt: skip
def test_whole_number_goes_from_one_to_its_limit(valor: str, codigo: str | None) -> None:
    assert queixa(Inteiro(999), Decimal(valor)) == codigo


@pytest.mark.parametrize(
    ("valor", "codigo"),
    [
        (date(1900, 1, 1), None),
        (date(2999, 12, 31), None),
        (date(1899, 12, 31), "FORMATO"),
        (date(3000, 1, 1), "FORMATO"),
        (date.min, "FORMATO"),
        ("2026-03-01", "FORMATO"),
        (datetime(2026, 3, 1, 23, 59), "FORMATO"),  # it would be written with its time
    ],
)
def test_date_is_a_day_of_this_time(valor: object, codigo: str | None) -> None:
    assert queixa(Data(), valor) == codigo


@pytest.mark.parametrize(
    ("tipo", "valor"),
    [
        (Hora(), "07:00"),
        (Hora(), time(7, tzinfo=UTC)),
        (Logico(), "S"),
        (Logico(), 1),
        (Base64(), "não"),
        (Base64(), "QUJ"),
        (Base64(), "QUJD</ans:v>"),
    ],
)
def test_value_of_another_kind_is_refused(tipo: Tipo, valor: object) -> None:
    assert queixa(tipo, valor) == "FORMATO"


def test_type_is_what_it_was_in_an_older_version() -> None:
    antes = Texto(14, r"[0-9]{14}")
    cnpj = Texto(14, r"[A-Z0-9]{12}[0-9]{2}", antes=("4.03.00", antes))
    assert cnpj.na_versao("4.03.00") is cnpj
    assert cnpj.na_versao("4.02.00") is antes
    assert cnpj.na_versao("4.01.00") is antes


@pytest.mark.parametrize(
    ("tipo", "texto"),
    [
        (Inteiro(9), "x"),
        (Inteiro(9), "NaN"),
        (Decimais(Decimal(9)), "1,5"),
        (Decimais(Decimal(9)), "Infinity"),
        (Sequencial(9), "1.5"),
        (Data(), "10/03/2026"),
        (Data(), "2026-02-30"),
        (Hora(), "7h"),
        (Logico(), "sim"),
        (Texto(9), ""),
        (Base64(), ""),
    ],
)
def test_text_that_is_not_of_the_type_is_read_as_nothing(tipo: Tipo, texto: str) -> None:
    assert tipo.ler(texto) is None


@given(
    st.sampled_from([Inteiro(999), Sequencial(9999), Decimais(Decimal("999.99")),
                     Decimais(Decimal("9.9999"), casas=4), Data(), Hora(), Logico(), Texto(30)]),
    st.integers(1, 999) | st.decimals(0, 999, places=2) | st.dates(date(1900, 1, 1))
    | st.times().map(lambda hora: hora.replace(microsecond=0)) | st.booleans()
    | st.text("ABC 123", min_size=1).map(str.strip),
)  # fmt: skip
def test_what_is_written_is_read_back_the_same(tipo: Tipo, valor: Any) -> None:  # noqa: ANN401
    certo = {Data: date, Hora: time, Logico: bool, Texto: str}.get(type(tipo), (int, Decimal))
    if not isinstance(valor, certo) or (isinstance(valor, bool) and not isinstance(tipo, Logico)):
        return
    if valor != "" and queixa(tipo, valor) is None:
        lido = tipo.ler(escrito_como(tipo, valor))
        assert lido == " ".join(valor.split()) if isinstance(valor, str) else lido == valor


def test_value_is_judged_once_per_lote() -> None:
    julgados = []

    class Contado(Texto):
        def queixa(self, valor: object, escrita: Escrita) -> tuple[str, str] | None:
            julgados.append(valor)
            return super().queixa(valor, escrita)

    valores = Valores(Contado(3), ESCRITA)
    assert [valores["abc"], valores["abcd"], valores["abc"], valores[None], valores[""]] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert julgados == ["abc", "abcd"]
