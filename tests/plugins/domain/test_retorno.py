from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiss.domain.retorno import Motivo, OrdemDemonstrativo, Recusa, codigos_no_texto

PRIMEIRO = OrdemDemonstrativo(data_emissao=date(2026, 3, 1), numero="9", sha256="ff")


def test_demonstrativos_are_ordered_by_date_then_number_then_digest() -> None:
    outro_digest = replace(PRIMEIRO, sha256="ffff")
    outro_numero = replace(PRIMEIRO, numero="91", sha256="00")
    outro_dia = replace(PRIMEIRO, data_emissao=date(2026, 3, 2), numero="1", sha256="00")
    assert sorted([outro_dia, outro_numero, PRIMEIRO, outro_digest]) == [
        PRIMEIRO,
        outro_digest,
        outro_numero,
        outro_dia,
    ]


@pytest.mark.parametrize(
    ("antes", "depois"),
    [
        ("9", "10"),
        ("0009", "10"),
        ("99", "0100"),
        ("9" * 5000, "1" + "0" * 5000),
        ("999999", "A1"),  # digits before text
        ("A10", "A9"),  # text as text
        ("", "0"),
        ("9", "²"),
    ],
)
def test_numbers_of_digits_are_compared_as_numbers_and_others_as_text(
    antes: str, depois: str
) -> None:
    menor, maior = replace(PRIMEIRO, numero=antes), replace(PRIMEIRO, numero=depois)
    assert menor < maior
    assert maior > menor
    assert menor <= maior


def test_digest_decides_between_two_ways_to_write_one_number() -> None:
    primeira = replace(PRIMEIRO, numero="009", sha256="00")
    assert primeira < PRIMEIRO < replace(PRIMEIRO, numero="09", sha256="ffff")


ordens = st.builds(
    OrdemDemonstrativo,
    data_emissao=st.sampled_from([date.min, date(2026, 3, 1), date(2026, 3, 2)]),
    numero=st.text("0129A²", max_size=3),
    sha256=st.sampled_from(["", "a", "b"]),
)


@given(st.lists(ordens, max_size=12))
def test_any_demonstrativos_have_exactly_one_order(lista: list[OrdemDemonstrativo]) -> None:
    ordenada = sorted(lista)
    assert ordenada == sorted(reversed(lista))
    for antes, depois in pairwise(ordenada):
        assert (antes < depois) is (antes != depois)
        assert not depois < antes


@pytest.mark.parametrize("texto", [None, "", "Glosa", "12", "valor 1500", "em 2026"])
def test_text_without_a_code_names_none(texto: str | None) -> None:
    assert codigos_no_texto(texto) == ()


def test_each_code_of_a_text_is_named_once_in_its_order() -> None:
    texto = "GLOSA 1203, glosa 0650, glosa 1203"
    assert codigos_no_texto(texto) == ("1203", "0650")
    assert Motivo(codigo="5012", descricao=texto).subcodigos == ("1203", "0650")
    assert Recusa(codigo="5012", descricao=texto).subcodigos == ("1203", "0650")
