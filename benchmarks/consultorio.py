"""A clinic for one measurement: a PostgreSQL of its own, its contratos, and clients for them."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from tiss.simulador.processo import Simulador

SENHAS = {conexao: f"senha-{conexao}" for conexao in cadastro.CONEXOES}
# What, how much, and at most how much.
Medida = tuple[str, float, float | None]
_USUARIOS = {contrato.conexao: contrato.usuario for contrato in cadastro.CONTRATOS}


@contextmanager
def clinica_aberta(
    opcoes: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, psycopg.Connection[Any]]]:
    """Give the address of a database with the reference clinic, and a connection to it.

    opcoes: settings of the server.
    """
    with tempfile.TemporaryDirectory(prefix="tiss-medida-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o755)
        with PostgresEmbutido(pasta, _porta(), opcoes=opcoes) as cluster:
            cluster.criar_banco("clinica")
            url = cluster.url("clinica")
            migracoes.aplicar(url)
            with psycopg.connect(url, autocommit=True) as conexao:
                clinica.instalar(conexao)
                clinica.gerar(conexao, consultas=0, hoje=hoje())
                cadastro.cadastrar(conexao, url_simulador="http://127.0.0.1:1", hoje=hoje())
                yield url, conexao


@contextmanager
def operadoras_abertas(conexao: psycopg.Connection[Any]) -> Iterator[Simulador]:
    """Give the simulated operadoras of the demo; the contratos point to them."""
    with Simulador.start(cadastro.configuracao_do_simulador(SENHAS)) as operadoras:
        cadastro.cadastrar(conexao, url_simulador=operadoras.url, hoje=hoje())
        yield operadoras


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


def memoria() -> float:
    """MiB that this process ever had; getrusage would count those of who started it."""
    estado = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(estado.partition("VmHWM:")[2].split()[0]) / 1024


def concluir(medidas: Iterable[Medida]) -> int:
    """Print each measure as it comes; return the exit code."""
    estourados = []
    for nome, valor, teto in medidas:
        limite = "" if teto is None else f"   até {teto:g}"
        print(f"{nome:48} {valor:11.2f}{limite}", flush=True)
        if teto is not None and valor > teto:
            estourados.append(nome)
    print("fora do orçamento: " + (", ".join(estourados) or "nada"))
    return int(bool(estourados))


def hoje() -> date:
    """Return the day in the clinic."""
    return datetime.now(FUSO).date()


def _porta() -> int:
    with socket.socket() as soquete:
        soquete.bind(("127.0.0.1", 0))
        return int(soquete.getsockname()[1])
