"""`tiss banco`: the clinic's database, its tables and its terminology."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tiss.comandos.saida import escrever
from tiss.errors import ConfigError

if TYPE_CHECKING:
    from tiss.repository import Transacao

URL = "postgresql://usuario@servidor:porta/banco, sem senha: use PGPASSWORD ou o arquivo .pgpass"

Comando = Callable[[argparse.Namespace], None]


def no_banco(comando: Comando) -> Comando:
    """Return the command with what the database refuses told as a ConfigError.

    What needs the driver is imported by the commands themselves: reading a file must not wait
    for it.
    """

    def executar(opcoes: argparse.Namespace) -> None:
        import psycopg

        try:
            comando(opcoes)
        except psycopg.Error as erro:
            raise ConfigError(f"o banco de dados não atendeu: {erro}") from erro

    return executar


@contextmanager
def transacao(url: str) -> Iterator[Transacao]:
    """Open a transaction on a database; raise ConfigError for what that refuses, then or inside."""
    import psycopg

    from tiss.repository import Repositorio

    try:
        with Repositorio(lambda: psycopg.connect(url)).transacao() as t:
            yield t
    except psycopg.Error as erro:
        raise ConfigError(f"o banco de dados não atendeu: {erro}") from erro


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    migrar = comandos.add_parser("migrar", help="cria ou atualiza as tabelas do esquema tiss")
    migrar.set_defaults(comando=no_banco(_migrar))
    terminologia = comandos.add_parser(
        "terminologia", help="carrega TUSS, domínios, glosas e operadoras da ANS"
    )
    terminologia.add_argument("--origem", type=Path, help="o pacote .whl, onde não há internet")
    terminologia.set_defaults(comando=no_banco(_terminologia))
    for comando in (migrar, terminologia):
        comando.add_argument("url", help=URL)


def _migrar(opcoes: argparse.Namespace) -> None:
    import psycopg

    from tiss import migracoes
    from tiss.repository import Repositorio
    from tiss.services import visao

    aplicadas = migracoes.aplicar(opcoes.url)
    escrever("\n".join(aplicadas) if aplicadas else "nada a fazer: o banco está em dia")
    try:
        visao.conferir(Repositorio(lambda: psycopg.connect(opcoes.url)))
    except ConfigError as erro:
        # On a new database the view comes after the schema.
        print(f"atenção: {erro}", file=sys.stderr)


def _terminologia(opcoes: argparse.Namespace) -> None:
    import psycopg

    from tiss.repository import Repositorio
    from tiss.services.terminologia import carregar

    repo = Repositorio(lambda: psycopg.connect(opcoes.url))
    cargas = [
        f"{carga.fonte}: {carga.linhas} linhas ({carga.origem})"
        for carga in carregar(repo, origem=opcoes.origem)
    ]
    escrever("\n".join(cargas) if cargas else "nada a fazer: a terminologia está em dia")
