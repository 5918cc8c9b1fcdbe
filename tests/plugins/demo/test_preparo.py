from __future__ import annotations

from io import StringIO
from typing import Any

import psycopg
import pytest
from rich.console import Console

from tiss.demo.preparo import carregar_terminologia
from tiss.demo.tela import Tela


def test_a_demo_without_internet_says_that_the_terminology_is_missing_and_goes_on(
    url_clinica: str, conexao: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    escrito = StringIO()
    carregar_terminologia(url_clinica, Tela(Console(file=escrito, width=400)))
    assert "! O pacote tiss 0.4.0, de onde vem a terminologia, não pôde" in escrito.getvalue()
    assert conexao.execute("SELECT count(*) FROM tiss.terminologia_fonte").fetchone() == (0,)
