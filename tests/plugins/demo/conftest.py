from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from yoyo import get_backend, read_migrations

from tiss import settings
from tiss.demo import clinica
from tiss.demo.postgres import PostgresEmbutido

Conexao = psycopg.Connection[Any]


@pytest.fixture(scope="session")
def url_clinica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty reference clinic with the migrations applied."""
    with socket.create_server(("127.0.0.1", 0)) as livre:
        porta = livre.getsockname()[1]
    pasta = tmp_path_factory.mktemp("postgres")
    with PostgresEmbutido(pasta, porta, opcoes={"fsync": "off"}) as servidor:
        servidor.criar_banco("clinica")
        url = servidor.url("clinica")
        backend = get_backend(url.replace("postgresql:", "postgresql+psycopg:"))
        with backend.lock():
            backend.apply_migrations(
                backend.to_apply(read_migrations(str(settings.SQL / "migrations")))
            )
        backend.connection.close()
        with psycopg.connect(url) as conexao:
            clinica.instalar(conexao)
        yield url


@pytest.fixture
def conexao(url_clinica: str) -> Iterator[Conexao]:
    """A connection whose work is undone when the test ends."""
    with (
        psycopg.connect(url_clinica, autocommit=True) as aberta,
        aberta.transaction(force_rollback=True),
    ):
        yield aberta


@pytest.fixture
def uma(conexao: Conexao) -> Conexao:
    """A clinic with one prepared attendance, number 900, of one item."""
    clinica.gerar(conexao, consultas=0, hoje=date(2025, 6, 30))
    conexao.execute(
        "INSERT INTO clinica.paciente (id, nome, sexo, nascimento, convenio_id, numero_carteira)"
        " VALUES (900, 'Zélia Teste', 'F', '1980-01-31', 1, '123456789')"
    )
    conexao.execute(
        "INSERT INTO clinica.consulta (id, clinica_id, paciente_id, convenio_id, numero_carteira,"
        " medico_id, data_atendimento, indicacao_clinica, data_solicitacao, preparado_tiss)"
        " VALUES (900, 'MATRIZ', 900, 1, '123456789', 1, '2025-06-30', 'Rotina', '2025-06-30',"
        " true)"
    )
    conexao.execute(
        "INSERT INTO clinica.consulta_item (consulta_id, sequencial_item, codigo, data_execucao,"
        " valor_unitario) VALUES (900, 1, '10101012', '2025-06-30', 150)"
    )
    return conexao


@pytest.fixture
def visao(conexao: Conexao) -> Callable[..., list[dict[str, Any]]]:
    """The rows of tiss.consulta_preparada that satisfy a condition."""

    def ler(onde: str = "true") -> list[dict[str, Any]]:
        with conexao.cursor(row_factory=dict_row) as cursor:
            cursor.execute(f"SELECT * FROM tiss.consulta_preparada WHERE {onde} ORDER BY 1")
            return cursor.fetchall()

    return ler


@pytest.fixture
def digests(visao: Callable[..., list[dict[str, Any]]]) -> Callable[[], dict[str, str]]:
    """The digest of each consulta_id."""
    return lambda: {linha["consulta_id"]: linha["digest"] for linha in visao()}
