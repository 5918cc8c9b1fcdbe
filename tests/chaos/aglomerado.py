"""A PostgreSQL of the chaos' own, because it is killed on purpose."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg

from tiss import migracoes
from tiss.demo import cadastro, clinica
from tiss.demo.postgres import PostgresEmbutido
from tiss.settings import FUSO


@contextmanager
def aglomerado(pasta: Path) -> Iterator[PostgresEmbutido]:
    """Give a running cluster with the database `modelo`: migrated, the reference clinic in it.

    What is committed survives a crash of the server, as it has to here.
    """
    with socket.socket() as soquete:
        soquete.bind(("127.0.0.1", 0))
        porta = soquete.getsockname()[1]
    with PostgresEmbutido(pasta, porta) as postgres:
        postgres.criar_banco("modelo")
        url = postgres.url("modelo")
        migracoes.aplicar(url)
        hoje = datetime.now(FUSO).date()
        with psycopg.connect(url) as conexao:
            clinica.instalar(conexao)
            clinica.gerar(conexao, consultas=0, hoje=hoje)
            cadastro.cadastrar(conexao, url_simulador="http://127.0.0.1:1", hoje=hoje)
        yield postgres
