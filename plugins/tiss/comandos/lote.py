"""`tiss lote`: the file of a lote, and the answer to a doubt."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path

from tiss.comandos.banco import no_banco
from tiss.comandos.gravacao import gravar
from tiss.comandos.saida import escrever
from tiss.errors import TissError


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    exportar = comandos.add_parser("exportar", help="grava o arquivo XML de um lote")
    exportar.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    exportar.add_argument(
        "--pasta", type=Path, default=Path(), help="onde gravar (padrão: a pasta atual)"
    )
    exportar.set_defaults(comando=no_banco(_exportar))
    resolver = comandos.add_parser("resolver", help="responde o que houve com um lote em dúvida")
    resolver.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    resposta = resolver.add_mutually_exclusive_group(required=True)
    resposta.add_argument("--protocolo", help="o portal mostra o lote, com este protocolo")
    resposta.add_argument(
        "--reenviar", action="store_true", help="o portal não mostra o lote: envie de novo"
    )
    resposta.add_argument(
        "--cancelado-fora", action="store_true", help="o lote foi cancelado na operadora"
    )
    resolver.add_argument(
        "--consultei-o-portal",
        action="store_true",
        help="confirma que o portal foi consultado e o lote não consta",
    )
    resolver.add_argument("--por", help="quem responde (padrão: o usuário do sistema)")
    resolver.set_defaults(comando=no_banco(_resolver))


def _exportar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.exportacao import exportar

    nome, conteudo = exportar(repositorio_do_comando(), opcoes.lote)
    destino = opcoes.pasta / nome
    gravar(destino, conteudo)
    escrever(destino)


def _resolver(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services import duvida

    repo = repositorio_do_comando()
    por = _usuario() if opcoes.por is None else opcoes.por
    if opcoes.protocolo is not None:
        duvida.informar_protocolo(repo, opcoes.lote, opcoes.protocolo, por=por)
        escrever(f"Lote {opcoes.lote}: protocolo registrado; tiss_retorno vai acompanhá-lo.")
    elif opcoes.cancelado_fora:
        duvida.cancelado_fora(repo, opcoes.lote, por=por)
        escrever(f"Lote {opcoes.lote}: cancelado; as guias entram em outro lote.")
    elif not opcoes.consultei_o_portal:
        raise TissError(
            "Para reenviar, consulte antes o portal da operadora e confirme com "
            "--consultei-o-portal que o lote não consta lá."
        )
    else:
        duvida.reenviar(repo, opcoes.lote, por=por)
        escrever(f"Lote {opcoes.lote}: liberado; a próxima execução de tiss_faturamento o envia.")


def _usuario() -> str:
    """The name of who types, empty where the system has none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
