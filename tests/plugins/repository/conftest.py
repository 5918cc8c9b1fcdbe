from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parents[1] / "services"))

from oficina import Oficina

from tiss.simulador.processo import Simulador


@pytest.fixture
def oficina(url_clinica: str, conexao: psycopg.Connection[Any]) -> Oficina:
    """A clinic without consultas, its contratos, and the work of the DAGs over it."""
    return Oficina(url_clinica, conexao)


@pytest.fixture
def simulador(simulador: Simulador) -> Iterator[Simulador]:
    """The simulated operadoras; nobody waits for them to say goodbye."""
    yield simulador
    simulador.matar()
