"""Texts as they stand in XML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tiss.domain.cadastro import Escrita
from tiss.domain.texto import limpar, sem_equivalente
from tiss.messages.textos import Textos

ESCRITAS = st.builds(Escrita, ascii=st.booleans(), maiusculas=st.booleans())


@given(st.text(st.characters(exclude_categories=())), ESCRITAS)
def test_escaped_text_is_read_back_as_it_was_cleaned(valor: str, escrita: Escrita) -> None:
    if sem_equivalente(valor, escrita) == "":
        elemento = etree.fromstring(f"<a>{Textos(escrita)[valor]}</a>")
        assert (elemento.text or "") == limpar(valor, escrita)


def test_none_never_becomes_text() -> None:
    with pytest.raises((AttributeError, TypeError)):
        Textos()[None]  # type: ignore[index]
