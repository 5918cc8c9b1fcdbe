"""Texts are cleaned where a row enters, so that what is judged is what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiss.domain.cadastro import Escrita
from tiss.domain.limpeza import Limpos, limpar_json
from tiss.domain.texto import limpar

ESCRITAS = [Escrita(), Escrita(ascii=False), Escrita(maiusculas=True)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda partes: st.lists(partes, max_size=3) | st.dictionaries(st.text(max_size=4), partes),
    max_leaves=8,
)


def textos_de(valor: Any) -> list[str]:  # noqa: ANN401
    match valor:
        case str():
            return [valor]
        case dict():
            return [texto for parte in valor.values() for texto in textos_de(parte)]
        case list():
            return [texto for parte in valor for texto in textos_de(parte)]
        case _:
            return []


@pytest.mark.parametrize("escrita", ESCRITAS)
@given(st.text(max_size=12))
def test_text_is_as_it_will_be_sent_and_cleaning_it_again_changes_nothing(
    escrita: Escrita, texto: str
) -> None:
    limpo = Limpos(escrita)[texto]
    assert limpo == limpar(texto, escrita)
    assert limpar(limpo, escrita) == limpo


@given(JSON)
def test_every_text_of_a_json_is_cleaned_and_nothing_else_is_touched(valor: Any) -> None:  # noqa: ANN401
    limpo = limpar_json(valor, Limpos())
    assert textos_de(limpo) == [limpar(texto) for texto in textos_de(valor)]
    if not textos_de(valor):
        assert limpo == valor


def test_what_is_base64_stays_as_it_is() -> None:
    dados = {"identificador_beneficiario": "aGk=", "tipo_ident": "a"}
    assert limpar_json(dados, Limpos(Escrita(maiusculas=True))) == {**dados, "tipo_ident": "A"}


def test_what_was_replaced_is_told_once_per_text() -> None:
    textos = Limpos()
    assert [textos["João"], textos["João"], textos["Ana"]] == ["Joao", "Joao", "Ana"]
    assert dict(textos.alteracoes) == {("ã", "a"): 1}


def test_what_is_told_of_the_replaced_is_letters_and_never_words() -> None:
    textos = Limpos()
    for valor in ("João", "Conceição – 2", "simples", "a & b"):
        _ = textos[valor]
    assert textos.alteracoes == {("ã", "a"): 2, ("ç", "c"): 1, ("–", "-"): 1}
    em_iso = Limpos(Escrita(ascii=False))
    assert em_iso["João – 2"] == "João - 2"
    assert em_iso.alteracoes == {("–", "-"): 1}
