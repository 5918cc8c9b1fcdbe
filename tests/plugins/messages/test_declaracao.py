"""The machinery of declarations, on a small one of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tiss.domain.guia import Problema
from tiss.messages.declaracao import (
    Campo,
    Data,
    Decimais,
    Escolha,
    Grupo,
    Inteiro,
    Lista,
    Texto,
    Tipo,
    conferir,
    escritor,
)
from tiss.messages.texto import Textos


@dataclass(frozen=True)
class Escolhido:
    elemento: str
    valor: str


@dataclass(frozen=True)
class Coisa:
    nome: Any = "n"
    apelido: Any = None
    codigo: Escolhido = Escolhido("numero", "7")
    extra: Coisa | None = None
    partes: tuple[Coisa, ...] = ()


NOME = Campo("nome", "nome", Texto(3), "nome da coisa")
APELIDO = Campo("apelido", "apelido", Texto(3), "apelido", obrigatorio=False)
CODIGO = Escolha("codigo", (("numero", Texto(2)), ("letra", Texto(1))), "código")
COISA = Grupo(
    "coisa",
    (
        NOME,
        APELIDO,
        Grupo(
            "sem-objeto",
            (CODIGO,),
        ),
        Grupo("extra", (APELIDO, NOME), de="extra", opcional=True),
        Grupo("partes", (Lista(Grupo("parte", (NOME, APELIDO)), de="partes"),)),
    ),
)


def escrita(coisa: Coisa) -> str:
    return escritor(COISA)(coisa, Textos()).replace("ans:", "")


def queixas(coisa: Coisa) -> list[str]:
    return [f"{p.codigo} {p}" for p in conferir(COISA, coisa)]


def queixa(tipo: Tipo, valor: object) -> str | None:
    achada = tipo.queixa(valor)
    return achada[0] if achada else None


# writing


def test_optional_values_and_groups_that_are_missing_leave_no_element() -> None:
    assert escrita(Coisa()) == (
        "<coisa><nome>n</nome><sem-objeto><numero>7</numero></sem-objeto><partes></partes></coisa>"
    )


def test_everything_that_is_given_is_written_in_the_order_of_the_declaration() -> None:
    coisa = Coisa(
        apelido="a",
        codigo=Escolhido("letra", "z"),
        extra=Coisa(nome="e"),
        partes=(Coisa(nome="p"), Coisa(nome="q", apelido="r")),
    )
    assert escrita(coisa) == (
        "<coisa><nome>n</nome><apelido>a</apelido><sem-objeto><letra>z</letra></sem-objeto>"
        "<extra><nome>e</nome></extra>"
        "<partes><parte><nome>p</nome></parte>"
        "<parte><nome>q</nome><apelido>r</apelido></parte></partes></coisa>"
    )


@pytest.mark.parametrize("vazio", [None, ""])
def test_missing_value_never_becomes_text(vazio: str | None) -> None:
    assert "None" not in escrita(Coisa(apelido=vazio))
    assert "apelido" not in escrita(Coisa(apelido=vazio))


@pytest.mark.parametrize(
    ("valor", "escrito"),
    [
        ("{x}", "{x}"),
        ("{{g}}", "{{g}}"),
        ("'\"\\", "'\"\\"),
        ("<&>", "&lt;&amp;&gt;"),
        ("%s", "%s"),
    ],
)
def test_data_is_never_taken_for_source_or_markup(valor: str, escrito: str) -> None:
    assert f"<nome>{escrito}</nome>" in escrita(Coisa(nome=valor))


@pytest.mark.parametrize(
    ("tipo", "valor", "escrito"),
    [
        (Inteiro(999), Decimal("3"), "3"),
        (Inteiro(999), Decimal("3.00"), "3"),
        (Inteiro(999), Decimal("1E+2"), "100"),
        (Inteiro(999), 7, "7"),
        (Decimais(Decimal(999)), Decimal("3"), "3.00"),
        (Decimais(Decimal(999)), Decimal("0.7"), "0.70"),
        (Decimais(Decimal(999)), Decimal("1E+2"), "100.00"),
        (Data(), date(2026, 3, 1), "2026-03-01"),
        (Data(), datetime(2026, 3, 1, 23, 59), "2026-03-01"),
    ],
)
def test_numbers_and_dates_have_one_way_to_be_written(
    tipo: Tipo, valor: object, escrito: str
) -> None:
    assert tipo.queixa(valor) is None
    raiz = Grupo("r", (Campo("v", "nome", tipo, "valor"),))
    assert escritor(raiz)(Coisa(nome=valor), Textos()) == f"<ans:r><ans:v>{escrito}</ans:v></ans:r>"


def test_writer_is_made_once_per_declaration() -> None:
    assert escritor(COISA) is escritor(COISA)


# checking


def test_sound_object_has_no_problem() -> None:
    assert queixas(Coisa(apelido="abc", partes=(Coisa(),))) == []


def test_every_problem_is_named_by_path_and_title_in_document_order() -> None:
    ruim = Coisa(nome=None)
    assert queixas(
        Coisa(nome="", codigo=Escolhido("letra", ""), extra=ruim, partes=(Coisa(), ruim))
    ) == [
        "AUSENTE nome: nome da coisa: não informado: preencha",
        "AUSENTE sem-objeto/letra: código: não informado: preencha",
        "AUSENTE extra/nome: nome da coisa: não informado: preencha",
        "AUSENTE partes/parte[2]/nome: nome da coisa: não informado: preencha",
    ]


def test_each_kind_of_a_choice_has_its_own_limit() -> None:
    assert queixas(Coisa(codigo=Escolhido("numero", "77"))) == []
    assert len(queixas(Coisa(codigo=Escolhido("letra", "zz")))) == 1


@pytest.mark.parametrize("branco", [" ", "\t", "\xa0", "\u200b"])
def test_blank_text_is_not_given(branco: str) -> None:
    (problema,) = conferir(COISA, Coisa(nome=branco))
    assert problema == Problema(
        codigo="AUSENTE", campo="nome", mensagem="nome da coisa: não informado: preencha"
    )


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
    assert Texto(3).queixa("abcd") == (
        "TAMANHO",
        "tem 4 caracteres e o padrão aceita 3: abrevie",
    )


def test_closed_text_says_what_is_expected() -> None:
    assert Texto(2, "01|02", "use 01 ou 02").queixa("03") == (
        "FORMATO",
        "valor fora do padrão: use 01 ou 02",
    )
    assert Texto(2, "01|02").queixa("03") == ("FORMATO", "valor fora do padrão: confira o código")
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
    ],
)
def test_date_is_a_day_of_this_time(valor: object, codigo: str | None) -> None:
    assert queixa(Data(), valor) == codigo
