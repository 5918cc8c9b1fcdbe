from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tiss.simulador.processo import Simulador

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parent))

from cliente_tiss import Cliente

_numeros = itertools.count(1)


def operadora(registro_ans: str, **campos: object) -> dict[str, object]:
    return {
        "registro_ans": registro_ans,
        "nome": f"Saúde {registro_ans}",
        "cnpj": "11222333000181",
        "versao": "4.03.00",
        "segundos_recebido": 60,
        "segundos_em_analise": 60,
        "credenciais": [
            {"usuario": "clinica", "senha": "segredo", "codigo_prestador": "P1"},
            {
                "usuario": "outra",
                "senha": "segredo2",
                "codigo_prestador": "P2",
                "cnpj": "00000000000191",
            },
        ],
        "preco_maximo": {"10101012": "300.00", "40304361": "10.00"},
        "nao_cobertos": ["20101023", "40304361"],
        **campos,
    }


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
        ]
    }
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
def numero() -> str:
    """A number that no other test uses, for a lote and its first guia."""
    return str(1000 + next(_numeros))
