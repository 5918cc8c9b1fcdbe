"""`tiss guia`: what a person decides about the billing of one consulta, and what is not billed."""

from __future__ import annotations

import argparse

from tiss.comandos.banco import no_banco
from tiss.comandos.quem import por
from tiss.comandos.saida import escrever


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    for nome, ajuda, fazer in (
        ("retirar", "não fatura a consulta, que ainda não foi enviada", _retirar),
        ("reapresentar", "fatura de novo a consulta que foi negada ou cancelada", _reapresentar),
    ):
        comando = comandos.add_parser(nome, help=ajuda)
        comando.add_argument("consulta", help="consulta_id, como em tiss.consulta_preparada")
        comando.add_argument("--motivo", required=True, help="por quê: fica registrado")
        comando.add_argument("--por", help="quem decide (padrão: o usuário do sistema)")
        comando.add_argument(
            "--homologacao", action="store_true", help="a guia de ensaio, não a de produção"
        )
        comando.set_defaults(comando=no_banco(fazer))
    esquecidas = comandos.add_parser(
        "esquecidas", help="lista as consultas com resultado e sem guia, que ninguém cobra"
    )
    esquecidas.add_argument(
        "--contrato", type=int, metavar="ID", help="só as deste (padrão: as de todos)"
    )
    esquecidas.set_defaults(comando=no_banco(_esquecidas))


def _retirar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.reapresentacao import retirar

    retirar(
        repositorio_do_comando(),
        opcoes.consulta,
        por=por(opcoes),
        motivo=opcoes.motivo,
        ambiente=_ambiente(opcoes),
    )
    escrever(f"Consulta {opcoes.consulta}: retirada; não será faturada.")


def _reapresentar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.reapresentacao import reapresentar

    reapresentar(
        repositorio_do_comando(),
        opcoes.consulta,
        por=por(opcoes),
        motivo=opcoes.motivo,
        ambiente=_ambiente(opcoes),
    )
    escrever(
        f"Consulta {opcoes.consulta}: a próxima execução de tiss_faturamento gera outra guia, com "
        "os dados como estiverem então."
    )


def _esquecidas(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.esquecidas import listar

    achadas = listar(repositorio_do_comando(), opcoes.contrato)
    for achada in achadas:
        escrever(f"{achada.consulta_id}\t{achada.contrato_id}")
    if not achadas:
        escrever("nenhuma consulta com resultado e sem guia")


def _ambiente(opcoes: argparse.Namespace) -> str:
    return "HOMOLOGACAO" if opcoes.homologacao else "PRODUCAO"
