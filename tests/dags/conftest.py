"""A clinic of its own for each test: PostgreSQL, simulated operadoras, Airflow's connections."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tiss.demo import cadastro
from tiss.demo.postgres import PostgresEmbutido
from tiss.repository.conexao import comando
from tiss.simulador.processo import Simulador

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parent))

from clinica_aberta import HOJE, SENHAS, AbrirClinica, Clinica

_numeros = itertools.count(1)


@pytest.fixture(scope="session")
def abrir_clinica(
    postgres: PostgresEmbutido,
    metadados: None,
    simuladores: Callable[[Mapping[str, object]], AbstractContextManager[Simulador]],
) -> AbrirClinica:
    """Open a clinic of its own, without consultas. config: other operadoras than the demo's."""

    @contextmanager
    def abrir(config: Mapping[str, object] | None = None) -> Iterator[Clinica]:
        nome = f"dag_{next(_numeros)}"
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as dono:
            criar = sql.SQL("CREATE DATABASE {} TEMPLATE modelo STRATEGY file_copy")
            dono.execute(criar.format(sql.Identifier(nome)))
            dono.execute(comando("demo/criar_papel"))
        url = postgres.url(nome)
        with (
            simuladores(config or cadastro.configuracao_do_simulador(SENHAS)) as simulador,
            psycopg.connect(url, autocommit=True) as conexao,
            pytest.MonkeyPatch.context() as ambiente,
        ):
            cadastro.cadastrar(conexao, url_simulador=simulador.url, hoje=HOJE)
            ambiente.setenv("AIRFLOW_CONN_CLINICA_DB", url.replace("//tiss@", "//tiss_app@"))
            aberta = Clinica(conexao, url, simulador, ambiente)
            for credencial, senha in SENHAS.items():
                aberta.definir_senha(credencial, senha)
            yield aberta

    return abrir


@pytest.fixture
def clinica_nova(abrir_clinica: AbrirClinica) -> Iterator[Clinica]:
    """A clinic for this test alone."""
    with abrir_clinica() as aberta:
        yield aberta
