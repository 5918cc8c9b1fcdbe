"""What every test may ask for: a real PostgreSQL, a clinic in it, a simulated operadora."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
from psycopg import sql

from tiss import migracoes, settings
from tiss.clients.credencial import Credencial, Prova
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota
from tiss.demo import cadastro, clinica
from tiss.demo.postgres import PostgresEmbutido
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.messages.mensagem import Login
from tiss.repository import Repositorio
from tiss.settings import FUSO
from tiss.simulador.processo import Simulador

# The day in the clinic, which between 21:00 and midnight is not that of UTC.
HOJE = datetime.now(FUSO).date()
Simuladores = Callable[[Mapping[str, object]], AbstractContextManager[Simulador]]
SENHAS = {conexao: f"senha-de-teste-{conexao}" for conexao in cadastro.CONEXOES}


# Airflow reads its environment when it is first imported, which a test may do at any point: here is
# before all of them. Nothing of the person's own Airflow, no DNS, nothing that leaves the folder.
AIRFLOW = {
    "AIRFLOW__CORE__DAGS_FOLDER": str(settings.RAIZ / "dags"),
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(settings.RAIZ / "plugins"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__FERNET_KEY": "dGlzczogY2hhdmUgZGUgdGVzdGUsIDMyIGJ5dGVzICE=",
    "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
    "AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES": "senha,chave,certificado",
}


# Bytes: twice what the tests leave meanwhile, four at a time.
NA_MEMORIA = 5 * 2**30


def pytest_configure(config: pytest.Config) -> None:
    """Give Airflow a home of its own, for this run of the tests."""
    _arquivar_na_memoria()
    casa = tempfile.TemporaryDirectory(prefix="airflow-")
    config.add_cleanup(casa.cleanup)
    for nome in [nome for nome in os.environ if nome.startswith("AIRFLOW")]:
        del os.environ[nome]
    os.environ.update(AIRFLOW, AIRFLOW_HOME=casa.name)


def _arquivar_na_memoria() -> None:
    """Keep files in memory, where there is room: nothing of them is of use afterwards.

    Each of thousands of tests copies a database, which costs seven times as much on a disk.
    """
    pasta = "/dev/shm"
    if os.access(pasta, os.W_OK) and shutil.disk_usage(pasta).free > NA_MEMORIA:
        tempfile.tempdir = os.environ["TMPDIR"] = pasta


@pytest.fixture(scope="session")
def faltar() -> Callable[[str], NoReturn]:
    """Skip by name what this machine does not have; in CI it has to have everything."""
    em_ci = os.environ.get("CI", "").lower() in ("true", "1")

    def faltar(motivo: str) -> NoReturn:
        if em_ci:
            pytest.fail(motivo)
        pytest.skip(motivo)

    return faltar


@pytest.fixture(scope="session")
def metadados() -> None:
    """Airflow's own database, SQLite, empty but for its tables."""
    from airflow.utils.db import initdb

    initdb()


def porta_livre() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as soquete:
        soquete.bind(("127.0.0.1", 0))
        porta: int = soquete.getsockname()[1]
        return porta


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresEmbutido]:
    """One real cluster for the whole run; what is in it may be lost in a crash."""
    # Not in pytest's own folder: PostgreSQL runs as another user when the tests run as root, and
    # the next pytest to start closes that folder to others, under a server that is running.
    with tempfile.TemporaryDirectory(prefix="tiss-postgres-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o755)
        yield from _cluster(pasta)


def _cluster(pasta: Path) -> Iterator[PostgresEmbutido]:
    opcoes = {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_wal_size": "128MB",
    }
    with PostgresEmbutido(pasta, porta_livre(), opcoes=opcoes) as cluster:
        cluster.criar_banco("modelo")
        url = cluster.url("modelo")
        migracoes.aplicar(url)
        with psycopg.connect(url) as conexao:
            clinica.instalar(conexao)
            clinica.gerar(conexao, consultas=0, hoje=HOJE)
            cadastro.cadastrar(conexao, url_simulador="http://127.0.0.1:1", hoje=HOJE)
        yield cluster


_numeros = itertools.count(1)


@pytest.fixture
def url_clinica(postgres: PostgresEmbutido) -> Iterator[str]:
    """A database of its own: migrated, with the reference clinic, six contratos, no consulta."""
    nome = f"teste_{next(_numeros)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conexao:
        criar = sql.SQL("CREATE DATABASE {} TEMPLATE modelo STRATEGY file_copy")
        conexao.execute(criar.format(sql.Identifier(nome)))
    yield postgres.url(nome)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conexao:
        conexao.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(nome)))


@pytest.fixture
def conexao(url_clinica: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner, in autocommit: what a test reads and prepares by hand."""
    with psycopg.connect(url_clinica, autocommit=True) as aberta:
        yield aberta


@pytest.fixture
def repo(url_clinica: str) -> Repositorio:
    """The repository on the test's own database."""
    return Repositorio(lambda: psycopg.connect(url_clinica))


@pytest.fixture(scope="session")
def simuladores() -> Iterator[Simuladores]:
    """Simulated operadoras of a configuration, with an empty ledger, while a test needs them.

    To start a process takes as long as many a test: one that is free plays the next ones.
    """
    livres: list[Simulador] = []

    @contextmanager
    def abrir(config: Mapping[str, object]) -> Iterator[Simulador]:
        processo = livres.pop() if livres else None
        if processo is None:
            processo = Simulador.start(config)
        else:
            processo.configurar(config)
        try:
            yield processo
        finally:
            if processo.vivo:
                livres.append(processo)
            else:
                processo.parar()

    yield abrir
    for processo in livres:
        processo.parar()


@pytest.fixture
def simulador(conexao: psycopg.Connection[Any], simuladores: Simuladores) -> Iterator[Simulador]:
    """Simulated operadoras in a process of their own; the contratos point to them.

    Their clock goes on when a test moves it: what takes a second there must not depend on how busy
    this machine is.
    """
    config = cadastro.configuracao_do_simulador(SENHAS) | {"aceleracao": 1e-6}
    with simuladores(config) as processo:
        cadastro.cadastrar(conexao, url_simulador=processo.url, hoje=HOJE)
        yield processo


@pytest.fixture
def cliente_de() -> Callable[[Contrato, Canal], ClienteSoap]:
    """Make the client of a contrato with the passwords that the simulated operadoras know."""
    conexoes = cadastro.conexoes(SENHAS)

    def cliente(contrato: Contrato, canal: Canal) -> ClienteSoap:
        assert canal is Canal.SOAP
        assert contrato.credencial is not None
        usuario, senha = conexoes[contrato.credencial]
        return ClienteSoap(
            contrato=contrato,
            credencial=Credencial(
                prova=Prova.basica(usuario, senha),
                login=Login.com_senha(usuario, senha) if contrato.envia_login_senha else None,
                impressao=senha,
            ),
            rota=Rota.de(contrato),
        )

    return cliente


@pytest.fixture
def gerar(conexao: psycopg.Connection[Any]) -> Callable[[int], clinica.Resumo]:
    """Add consultas to the clinic: gerar(100)."""

    def novas(quantas: int) -> clinica.Resumo:
        return clinica.gerar(conexao, consultas=quantas, hoje=HOJE)

    return novas
