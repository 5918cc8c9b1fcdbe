from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parent))

from oficina import HOJE, SENHAS, Oficina

from tiss.demo import cadastro
from tiss.simulador.processo import Simulador


@pytest.fixture
def oficina(url_clinica: str, conexao: psycopg.Connection[Any]) -> Oficina:
    """A clinic without consultas, its contratos, and the work of the DAGs over it."""
    return Oficina(url_clinica, conexao)


@pytest.fixture
def simular(
    conexao: psycopg.Connection[Any],
    simuladores: Callable[[Mapping[str, object]], AbstractContextManager[Simulador]],
) -> Iterator[Callable[..., Simulador]]:
    """Start the simulated operadoras, with some fields in place of those of the demo."""
    with ExitStack() as pilha:

        def comecar(**campos: object) -> Simulador:
            config = cadastro.configuracao_do_simulador(SENHAS)
            for operadora in config["operadoras"]:
                operadora.update(campos)
                for credencial, filial in zip(
                    operadora["credenciais"], cadastro.FILIAIS, strict=True
                ):
                    # Without it no demonstrativo of odontologia can be written.
                    credencial["cnpj"] = filial.cnpj
            processo = pilha.enter_context(simuladores(config))
            cadastro.cadastrar(conexao, url_simulador=processo.url, hoje=HOJE)
            return processo

        yield comecar
