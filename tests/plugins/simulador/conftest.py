from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tiss import esquemas
from tiss.errors import ConfigError
from tiss.simulador.processo import Simulador

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parent))

from cliente_tiss import OPERADORAS, Cliente, operadora

SEM_PACOTE = "4.01.00"  # no package index has its XSDs

_numeros = itertools.count(1)


@cache
def falta_4_01() -> str:
    """Return why 4.01.00 cannot be tested here, nothing when it can: then it is installed."""
    try:
        if os.environ.get("TISS_ESQUEMAS"):
            esquemas.instalar(SEM_PACOTE)
        else:
            esquemas.pasta(SEM_PACOTE)
    except ConfigError as erro:
        return str(erro)
    return ""


@pytest.fixture
def config() -> dict[str, Any]:
    """One ordinary operadora, 999001."""
    return {"operadoras": [operadora("999001")]}


@pytest.fixture(scope="session")
def processo() -> Iterator[Simulador]:
    config = {
        "operadoras": [
            operadora("999001"),
            operadora("999002", exige_login_no_cabecalho=True),
            operadora("999003", versao="4.02.00"),
            operadora("999005", codificacao_do_hash="UTF-8"),
        ]
    }
    if not falta_4_01():
        config["operadoras"].append(operadora("999004", versao=SEM_PACOTE))
    with Simulador.start(config) as simulador:
        yield simulador
        assert simulador.erros() == "", "the simulator logged an error"


@pytest.fixture
def simulador(processo: Simulador) -> Iterator[Simulador]:
    """A simulator shared by the session, without faults and locks left by other tests."""
    yield processo
    processo.limpar_falhas()
    processo.desbloquear()


@pytest.fixture
def cliente(simulador: Simulador) -> Cliente:
    """The prestador P1 at operadora 999001."""
    return Cliente(simulador.url)


@pytest.fixture
def da_versao(simulador: Simulador, faltar: Callable[[str], NoReturn]) -> Callable[[str], Cliente]:
    """Give the prestador P2, whose CNPJ is known, at the operadora of a version."""

    def cliente(versao: str) -> Cliente:
        if versao == SEM_PACOTE and falta_4_01():
            faltar(f"simulador sem a versão {versao}: {falta_4_01()}")
        return Cliente(simulador.url, OPERADORAS[versao], versao, "outra", "segredo2")

    return cliente


@pytest.fixture
def numero() -> str:
    """A number that no other test uses, for a lote and its first guia."""
    return str(1000 + next(_numeros))
