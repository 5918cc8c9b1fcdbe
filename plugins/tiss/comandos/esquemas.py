"""`tiss esquemas`: the schemas of ANS, installed and listed."""

from __future__ import annotations

import argparse
from pathlib import Path

from tiss import esquemas
from tiss.comandos.saida import escrever


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    instalar = comandos.add_parser("instalar", help="instala uma versão (padrão: 4.03.00)")
    instalar.add_argument("versao", nargs="?", default="4.03.00")
    instalar.add_argument("--origem", type=Path, help="pasta, .zip ou .whl com os arquivos")
    instalar.set_defaults(comando=_instalar)
    listar = comandos.add_parser("listar", help="mostra as versões e o que falta")
    listar.set_defaults(comando=_listar)


def _instalar(opcoes: argparse.Namespace) -> None:
    origem = esquemas.instalar(opcoes.versao, opcoes.origem)
    escrever(f"{opcoes.versao}: {origem}")


def _listar(_: argparse.Namespace) -> None:
    for estado in esquemas.listar():
        if estado.instalada:
            escrever(f"{estado.versao}: instalada")
        else:
            faltas = ", ".join([*estado.faltando, *estado.diferentes])
            escrever(f"{estado.versao}: não instalada (faltam ou diferem: {faltas})")
