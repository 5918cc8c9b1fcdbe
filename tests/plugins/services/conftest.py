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

from oficina import HOJE, SENHAS, SERVICOS_DE_RECURSO, Oficina

from tiss.demo import cadastro
from tiss.services import recurso
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
            processo = pilha.enter_context(simuladores(config))
            cadastro.cadastrar(conexao, url_simulador=processo.url, hoje=HOJE)
            return processo

        yield comecar


MODELO = "Guia ${guia}, glosa ${codigo}: o valor de ${valor} é o da tabela do contrato."


@pytest.fixture
def recorrente(oficina: Oficina) -> Oficina:
    """A clinic whose contratos take recursos for 30 days, with its words for 1705 and 1801."""
    oficina.enderecar(**SERVICOS_DE_RECURSO)
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = 30")
    for codigo in ("1705", "1801", "1001"):
        recurso.gravar_modelo(oficina.repo, codigo, MODELO, por="Ana")
    return oficina


@pytest.fixture
def glosado(recorrente: Oficina, simulador: Simulador) -> int:
    """A lote of two guias, analysed: of each R$ 50.00 were refused by 1705."""
    lote = recorrente.lote(2, valor="350.00")
    assert recorrente.enviar(lote) is None
    simulador.avancar(60)
    assert recorrente.hora() == []
    return lote


@pytest.fixture
def respondido(recorrente: Oficina) -> Oficina:
    """Three guias of R$ 150.00 that the operadora has, without any answer yet: protocolo P1."""
    lote = recorrente.lote(3)
    recorrente.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() WHERE id = %s", lote
    )
    recorrente.fazer(
        "UPDATE tiss.lote SET status = 'ENVIADO', protocolo = '7001', data_envio = now()"
    )
    recorrente.fazer("UPDATE tiss.guia SET status = 'ENVIADA'")
    return recorrente
