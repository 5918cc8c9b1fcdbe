"""`tiss recuperar`: makes a database that came back from a backup safe to bill from."""

from __future__ import annotations

import argparse

from tiss.comandos.banco import no_banco
from tiss.comandos.quem import por
from tiss.comandos.saida import escrever


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    banco = comandos.add_parser(
        "banco", help="logo depois de voltar o backup, com as DAGs paradas: nada sai sem ser visto"
    )
    banco.add_argument(
        "--avanco",
        type=_positivo,
        default=10_000,
        help="quantos números de lote e de guia pular (padrão: 10000)",
    )
    banco.set_defaults(comando=no_banco(_banco))
    retidas = comandos.add_parser("retidas", help="lista as consultas retidas")
    retidas.set_defaults(comando=no_banco(_retidas))
    soltar = comandos.add_parser("soltar", help="libera consultas retidas para faturamento")
    quais = soltar.add_mutually_exclusive_group(required=True)
    quais.add_argument("--todas", action="store_true", help="todas as retidas")
    quais.add_argument(
        "--consulta", action="append", metavar="ID", dest="consultas", help="pode ser repetido"
    )
    soltar.set_defaults(comando=no_banco(_soltar))
    recursos = comandos.add_parser(
        "soltar-recursos", help="libera os recursos de glosa, vistos os portais"
    )
    de_quem = recursos.add_mutually_exclusive_group(required=True)
    de_quem.add_argument("--todos", action="store_true", help="de todos os contratos")
    de_quem.add_argument(
        "--contrato", action="append", type=int, metavar="ID", dest="contratos",
        help="pode ser repetido",
    )  # fmt: skip
    recursos.set_defaults(comando=no_banco(_soltar_recursos))
    for comando in (banco, soltar, recursos):
        comando.add_argument("--por", help="quem decide (padrão: o usuário do sistema)")


def _positivo(texto: str) -> int:
    if not texto.isdecimal() or int(texto) < 1:
        raise argparse.ArgumentTypeError(f"{texto!r} não é um número inteiro a partir de 1")
    return int(texto)


def _banco(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recuperacao import recuperar

    feito = recuperar(repositorio_do_comando(), por=por(opcoes), avanco=opcoes.avanco)
    escrever(
        f"Lotes em dúvida: {feito.lotes_em_duvida}. Consulte o portal de cada operadora e responda "
        "com tiss lote resolver, ou em tiss_duvida.",
        f"Consultas retidas: {feito.consultas_retidas}. Libere com tiss recuperar soltar as que os "
        "portais não mostram.",
        "Recursos de glosa: retidos. Confira nos portais quais já foram enviados e libere com tiss "
        "recuperar soltar-recursos.",
    )


def _retidas(_: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import guias

    with repositorio_do_comando().transacao() as t:
        linhas = guias.retidas(t)
    for linha in linhas:
        escrever(
            f"{linha['consulta_id']}\t{linha['ambiente']}\t{linha['desde']:%d/%m/%Y %H:%M}\t"
            f"{linha['motivo']}"
        )
    if not linhas:
        escrever("nenhuma consulta retida")


def _soltar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recuperacao import soltar

    soltas = soltar(
        repositorio_do_comando(),
        None if opcoes.todas else opcoes.consultas,
        por=por(opcoes),
    )
    escrever(f"{soltas} consultas liberadas para faturamento.")


def _soltar_recursos(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recurso import soltar

    contratos = None if opcoes.todos else opcoes.contratos
    soltos = soltar(repositorio_do_comando(), contratos, por=por(opcoes))
    escrever(f"Recursos liberados em {soltos} contratos.")
