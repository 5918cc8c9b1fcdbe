from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tiss.domain.cadastro import Escrita
from tiss.domain.texto import EQUIVALENTES, limpar, mudancas, sem_equivalente

ASCII = Escrita()
ISO = Escrita(ascii=False)
MAIUSCULO = Escrita(maiusculas=True)
ISO_MAIUSCULO = Escrita(ascii=False, maiusculas=True)
ESCRITAS = st.sampled_from([ASCII, ISO, MAIUSCULO, ISO_MAIUSCULO])
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


@pytest.mark.parametrize("branco", ["\t", "\r\n", "\x00", "\x1f", "\x7f", "\x85", "\xa0", "\u2028"])
def test_controls_and_odd_blanks_become_one_space_and_none_at_the_edges(branco: str) -> None:
    assert limpar(f"{branco}a{branco}{branco} b{branco}") == "a b"
    assert limpar(branco) == ""


@pytest.mark.parametrize(
    ("valor", "estranhas"),
    [
        ("日本", "日本"),
        ("a⇉b⇉c", "⇉"),
        ("¤", "¤"),
        ("㋀", "㋀"),  # as written, not the 1 and the kanji that it decomposes to
        ("˘", "˘"),  # a spacing accent is not a blank
        ("5 \u0488", "\u0488"),
        ("a ≮ b", "≮"),  # without its stroke it would say the contrary
        ("a <\u0338 b", "≮"),
        ("ΜΑΡΙΑ", "ΜΑΡΙ"),  # capitals that look like Latin ones
        ("😀", "😀"),
        ("\ud800", "\ud800"),
        ("¿¡", "¿¡"),  # in ISO-8859-1, not in ASCII
        ("João", ""),
    ],
)
def test_what_has_no_sure_equivalent_is_named_and_not_replaced(valor: str, estranhas: str) -> None:
    assert sem_equivalente(valor) == estranhas


def test_every_listed_equivalent_is_ascii() -> None:
    assert all(novo.isascii() for novo in EQUIVALENTES.values())


@pytest.mark.parametrize(
    ("valor", "escrito"),
    [
        ("10³ mL", "10^3 mL"),
        ("10¹² / 10⁻³ / 2ⁿ", "10^12 / 10^-3 / 2^n"),
        ("5 m² ㎡ ㎥", "5 m^2 m^2 m^3"),
        ("Na⁺ Ca²⁺ O₂ H₂O", "Na+ Ca^2+ O2 H2O"),
        ("½ dose, 1½, 1¾h, ⅓", "1/2 dose, 1 1/2, 1 3/4h, 1/3"),
        ("1⁄2 ½5", "1/2 1/2 5"),
        ("1① Ⓐ ⑴", "1(1) (A) (1)"),
        ("10 µg 10 μg 5㎎ 3㎍", "10 ug 10 ug 5mg 3ug"),
        ("±2 ≤3 ≥4", "+/-2 <=3 >=4"),
        ("2·3 5∙4", "2*3 5*4"),
        ("pre\xadnatal a\u200db", "prenatal ab"),
        ("Ⅷ ﬁ Ａ", "VIII fi A"),
        ("a`b", "a`b"),
        ("α1 β-HCG γGT δ ε-caseína", "alfa1 beta-HCG gamaGT delta epsilon-caseina"),
        ("cadeias κ e λ, τ, ω-3", "cadeias kappa e lambda, tau, omega-3"),
        ("ΔT ∆T 5 Ω 5 \u2126", "deltaT deltaT 5 omega 5 omega"),
        ("PA ↑, K ↓; a → b ← c ↔ d", "PA (aumentado), K (diminuido); a -> b <- c <-> d"),
        ("≈ 5, 3 ≠ 4, 3 =\u0338 4", "~ 5, 3 <> 4, 3 <> 4"),
        ("5‰ 5 ‰", "5 por mil 5 por mil"),
        ("✓ jejum ✔\ufe0f", "ok jejum ok"),
        ("● um ■ dois ▪ três ◦ ‣", "- um - dois - tres - -"),
        ("sexo ♀ ♂", "sexo feminino masculino"),
    ],
)
def test_signs_keep_their_meaning_in_ascii(valor: str, escrito: str) -> None:
    assert limpar(valor) == escrito
    assert sem_equivalente(valor) == ""


@pytest.mark.parametrize("invisivel", "\u034f\u200b\u200c\u200d\u2060\u2063\u2069\ufeff\xad")
@pytest.mark.parametrize("escrita", [ASCII, ISO])
def test_invisible_character_inside_a_word_or_a_number_vanishes(
    invisivel: str, escrita: Escrita
) -> None:
    assert limpar(f"{invisivel}12{invisivel}34 pre{invisivel}natal", escrita) == "1234 prenatal"
    assert limpar(invisivel, escrita) == ""


@pytest.mark.parametrize("emoji", ["😀", "👍", "❤", "🩺"])
def test_emoji_stays_refused(emoji: str) -> None:
    assert sem_equivalente(f"ok {emoji}") == sem_equivalente(f"ok {emoji}", ISO) == emoji


@pytest.mark.parametrize(
    ("valor", "escrito"),
    [
        ("Ação nº 1, 2ª via, 38° ½ m² µg", "Ação nº 1, 2ª via, 38° ½ m² µg"),
        ("D’Ávila – “clínica” 3 €", 'D\'Ávila - "clínica" 3 EUR'),
        ("Łódź ế ḉ ﬁ ℃", "Lódz ê ç fi °C"),
        ("1⅓ 10¹⁴ 10¹²", "1 1/3 10^14 10¹²"),
        ("A\u0303", "Ã"),
        ("a\xa0b\x85\xadc", "a b c"),
        ("1½ 10²", "1½ 10²"),
    ],
)
def test_latin_1_keeps_what_it_holds_and_replaces_the_rest(valor: str, escrito: str) -> None:
    assert limpar(valor, ISO) == escrito
    assert sem_equivalente(valor, ISO) == ""


@pytest.mark.parametrize(
    ("valor", "em_ascii", "em_iso"),
    [
        ("joão 12a", "JOAO 12A", "JOÃO 12A"),
        ("abc123", "ABC123", "ABC123"),
        ("weiß", "WEISS", "WEISS"),
        ("ÿ ï", "Y I", "Y Ï"),  # the capital of the first is outside ISO-8859-1
        ("10 µg", "10 UG", "10 µG"),  # a capital mu would be read as mega
        ("1º 2ª", "1O 2A", "1º 2ª"),
    ],
)
def test_upper_case_is_made_after_everything_else(valor: str, em_ascii: str, em_iso: str) -> None:
    assert limpar(valor, MAIUSCULO) == em_ascii
    assert limpar(valor, ISO_MAIUSCULO) == em_iso


def test_peer_defect_euro_sign_and_en_dash_raise_no_encoding_error() -> None:
    for escrita in (ASCII, ISO):
        assert limpar("3 € – 4", escrita).encode("iso-8859-1") == b"3 EUR - 4"


def test_none_never_becomes_text() -> None:
    with pytest.raises((AttributeError, TypeError)):
        limpar(None)  # type: ignore[arg-type]
    assert limpar("None") == "None"  # a name like any other


@given(QUALQUER, ESCRITAS)
@example("⁻", ASCII)
@example("=\u0338", ASCII)
@example("´\u0301", ASCII)
@example("＝\u0338", ASCII)
def test_cleaning_twice_changes_nothing(valor: str, escrita: Escrita) -> None:
    limpo = limpar(valor, escrita)
    if sem_equivalente(valor, escrita) == "":
        assert limpar(limpo, escrita) == limpo


@given(QUALQUER, ESCRITAS)
def test_text_fits_its_encoding_without_controls_or_is_reported(
    valor: str, escrita: Escrita
) -> None:
    limpo = limpar(valor, escrita)
    cabe = limpo.isascii() if escrita.ascii else all(letra <= "\xff" for letra in limpo)
    assert cabe is (sem_equivalente(valor, escrita) == "")
    if cabe:
        limpo.encode("iso-8859-1")
        assert limpo == "" or limpo.isprintable()
        assert limpo == limpo.strip()
        assert "  " not in limpo


@given(QUALQUER, ESCRITAS)
def test_characters_that_are_reported_are_those_of_the_text(valor: str, escrita: Escrita) -> None:
    assert set(sem_equivalente(valor, escrita)) <= set(unicodedata.normalize("NFC", valor))


@pytest.mark.parametrize("escrita", [ASCII, ISO, MAIUSCULO, ISO_MAIUSCULO])
def test_question_mark_never_stands_for_something_else(escrita: Escrita) -> None:
    todas = "".join(map(chr, range(0x20, 0x30000)))
    trocadas = [letra for letra in todas if "?" in limpar(letra, escrita)]
    assert all("?" in unicodedata.normalize("NFKD", letra) for letra in trocadas)


# report


@pytest.mark.parametrize(
    ("valor", "escrita", "trocas"),
    [
        ("Joao 12 - ok", ASCII, {}),
        ("João", ASCII, {"ã": "a"}),
        ("João", ISO, {}),
        ("joão", ISO_MAIUSCULO, {}),
        ("3 € – 10³", ASCII, {"€": "EUR", "–": "-", "³": "^3"}),
        ("a\tb\x00", ASCII, {"\t": " ", "\x00": " "}),
        ("pre\xadnatal", ISO, {"\xad": ""}),
        ("日本 ã", ASCII, {"ã": "a"}),  # what has no equivalent is told by another name
    ],
)
def test_report_says_what_each_character_became(
    valor: str, escrita: Escrita, trocas: dict[str, str]
) -> None:
    assert mudancas(valor, escrita) == trocas


@given(QUALQUER, st.sampled_from([ASCII, ISO]))
def test_text_without_changes_to_report_is_written_as_it_is(valor: str, escrita: Escrita) -> None:
    if not mudancas(valor, escrita):
        composto = unicodedata.normalize("NFC", valor)
        assert limpar(valor, escrita) == re.sub(" +", " ", composto).strip(" ")
