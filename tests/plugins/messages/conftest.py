from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from tiss import esquemas

# pytest imports test files by path, so what they share has to be found by name
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "domain")]


@pytest.fixture(scope="session")
def amostras(faltar: Callable[[str], NoReturn]) -> Path:
    """The folder of sample messages: no part of this repository, but a must where CI runs."""
    pasta = Path(os.environ.get("TISS_AMOSTRAS") or "pasta-nao-informada")
    if pasta.is_dir():
        return pasta
    faltar("TISS_AMOSTRAS não aponta para a pasta das mensagens de amostra")


@pytest.fixture(scope="session", params=esquemas.versoes())
def versao(request: pytest.FixtureRequest, faltar: Callable[[str], NoReturn]) -> str:
    """Each version of the standard. No index has 4.01.00: TISS_ESQUEMAS names its folder."""
    nome: str = request.param
    (estado,) = [estado for estado in esquemas.listar() if estado.versao == nome]
    if not estado.instalada:
        faltar(f"esquemas {nome} não instalados: tiss esquemas instalar {nome}")
    return nome
