"""A clinic for one measurement: a PostgreSQL of its own, its contratos, and clients for them."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg

from tiss import migracoes
from tiss.clients.credencial import Credencial, Prova
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota
from tiss.demo import cadastro, clinica
from tiss.demo.postgres import PostgresEmbutido
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.messages.mensagem import Login
from tiss.settings import FUSO

SENHAS = {conexao: f"senha-{conexao}" for conexao in cadastro.CONEXOES}
_USUARIOS = {contrato.conexao: contrato.usuario for contrato in cadastro.CONTRATOS}


@contextmanager
def clinica_aberta() -> Iterator[tuple[str, psycopg.Connection[Any]]]:
    """Give the address of a database with the reference clinic, and a connection to it."""
    with tempfile.TemporaryDirectory(prefix="tiss-medida-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o755)
        with PostgresEmbutido(pasta, _porta()) as cluster:
            cluster.criar_banco("clinica")
            url = cluster.url("clinica")
            migracoes.aplicar(url)
            with psycopg.connect(url, autocommit=True) as conexao:
                clinica.instalar(conexao)
                clinica.gerar(conexao, consultas=0, hoje=hoje())
                cadastro.cadastrar(conexao, url_simulador="http://127.0.0.1:1", hoje=hoje())
                yield url, conexao


def cliente(contrato: Contrato, _: Canal) -> ClienteSoap:
    """Return the client of a contrato, with the password that the simulated operadoras know."""
    conexao = contrato.credencial or ""
    usuario, senha = _USUARIOS[conexao], SENHAS[conexao]
    return ClienteSoap(
        contrato=contrato,
        credencial=Credencial(
            prova=Prova.basica(usuario, senha),
            login=Login.com_senha(usuario, senha) if contrato.envia_login_senha else None,
            impressao=conexao,
        ),
        rota=Rota.de(contrato),
    )


def cronometrar(fazer: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    inicio = time.perf_counter()
    fazer()
    return time.perf_counter() - inicio


def hoje() -> date:
    """Return the day in the clinic."""
    return datetime.now(FUSO).date()


def _porta() -> int:
    with socket.socket() as soquete:
        soquete.bind(("127.0.0.1", 0))
        return int(soquete.getsockname()[1])
