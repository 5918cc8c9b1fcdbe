from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from tiss.messages.texto import EQUIVALENTES, Textos, limpar, sem_equivalente

QUALQUER = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("valor", "escrito"),
    [
        ("João Conceição", "Joao Conceicao"),
        (
            "ÁÀÂÃÄÉÊÍÓÔÕÖÚÜÇÑ áàâãäéêíóôõöúüçñ",
            "AAAAAEEIOOOOUUCN aaaaaeeioooouucn",
        ),
        ("D’Ávila – “clínica” …", 'D\'Avila - "clinica" ...'),
        ("R€ 10 £ 5", "REUR 10 GBP 5"),
        ("1º 2ª 38°", "1o 2a 38o"),
        ("Weiß Æsop Øre Łódź", "Weiss AEsop Ore Lodz"),
        ("ﬁm № ２", "fim No 2"),
        ("a × b ÷ c", "a x b / c"),
        ("−5 ⁻5", "-5 -5"),
    ],
)
def test_text_is_written_in_the_ascii_that_a_reader_expects(valor: str, escrito: str) -> None:
    assert limpar(valor) == escrito
    assert sem_equivalente(valor) == ""


@pytest.mark.parametrize("valor", ["ação", "São Paulo", "Ñandú"])
def test_composed_and_decomposed_accents_are_the_same_text(valor: str) -> None:
    composto, decomposto = (unicodedata.normalize(forma, valor) for forma in ("NFC", "NFD"))
    assert composto != decomposto
    assert limpar(composto) == limpar(decomposto)


@pytest.mark.parametrize("branco", ["\t", "\r\n", "\x00", "\x1f", "\x7f", "\x85", "\xa0", "\u200b"])
def test_controls_and_odd_blanks_become_one_space_and_none_at_the_edges(branco: str) -> None:
    assert limpar(f"{branco}a{branco}{branco} b{branco}") == "a b"
    assert limpar(branco) == ""


@pytest.mark.parametrize(
    ("valor", "estranhas"),
    [
        ("日本", "日本"),
        ("a→b→c", "→"),
        ("½ dose", "½"),  # as written, not the fraction slash that it decomposes to
        ("a ≠ b", "≠"),  # without its stroke it would say the contrary
        ("a =\u0338 b", "≠"),
        ("😀", "😀"),
        ("\ud800", "\ud800"),
        ("¿¡", "¿¡"),  # in ISO-8859-1, not in ASCII
        ("João", ""),
    ],
)
def test_what_has_no_sure_equivalent_is_named_and_not_replaced(valor: str, estranhas: str) -> None:
    assert sem_equivalente(valor) == estranhas


def test_every_listed_equivalent_is_ascii() -> None:
    assert all(isinstance(novo, str) and novo.isascii() for novo in EQUIVALENTES.values())


@given(QUALQUER)
@example("⁻")
@example("=\u0338")
@example("´\u0301")
def test_cleaning_twice_changes_nothing(valor: str) -> None:
    assert limpar(limpar(valor)) == limpar(valor)


@given(QUALQUER)
def test_text_is_either_ascii_without_controls_or_reported(valor: str) -> None:
    limpo = limpar(valor)
    assert limpo.isascii() is (sem_equivalente(valor) == "")
    if limpo.isascii():
        assert limpo == "" or limpo.isprintable()
        assert limpo == limpo.strip()
        assert "  " not in limpo


@given(QUALQUER)
def test_characters_that_are_reported_are_those_of_the_text(valor: str) -> None:
    assert set(sem_equivalente(valor)) <= set(unicodedata.normalize("NFC", valor))


@given(QUALQUER.filter(lambda valor: sem_equivalente(valor) == ""))
def test_escaped_text_is_read_back_as_it_was_cleaned(valor: str) -> None:
    elemento = etree.fromstring(f"<a>{Textos()[valor]}</a>")
    assert (elemento.text or "") == limpar(valor)


def test_question_mark_never_stands_for_something_else() -> None:
    todas = "".join(map(chr, range(0x20, 0x3000)))
    trocadas = [letra for letra in todas if "?" in limpar(letra)]
    assert all("?" in unicodedata.normalize("NFKD", letra) for letra in trocadas)
