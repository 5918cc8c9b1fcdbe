"""`tiss retorno`: what operadoras answer in files."""

from __future__ import annotations

import argparse
from pathlib import Path

from tiss.comandos.banco import no_banco
from tiss.comandos.entrada import ler_arquivo
from tiss.comandos.quem import por
from tiss.comandos.saida import escrever, explicar
from tiss.errors import TissError, UnreadableError


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    importar = comandos.add_parser(
        "importar", help="lê demonstrativos de análise e de pagamento que vieram em arquivos"
    )
    importar.add_argument("arquivos", type=Path, nargs="+", metavar="ARQUIVO")
    importar.add_argument(
        "--contrato", type=int, metavar="ID", help="de quem são, onde o arquivo não o diz"
    )
    importar.add_argument("--por", help="quem importa (padrão: o usuário do sistema)")
    importar.set_defaults(comando=no_banco(_importar))


def _importar(opcoes: argparse.Namespace) -> None:
    """Import each file; one that is refused does not stop the others."""
    from tiss.hooks import repositorio_do_comando
    from tiss.services.importacao import importar

    repo, quem = repositorio_do_comando(), por(opcoes)
    recusados = 0
    for arquivo in opcoes.arquivos:
        try:
            feito = importar(repo, ler_arquivo(arquivo), por=quem, contrato_id=opcoes.contrato)
        except TissError as erro:
            recusados += 1
            escrever(f"{arquivo}: não importado. {erro}")
            continue
        except OSError as erro:
            recusados += 1
            escrever(f"{arquivo}: não importado. {explicar(erro)}")
            continue
        lotes = ", ".join(map(str, feito.lotes)) or "nenhum daqui"
        escrever(f"{arquivo}: {feito.o_que}; lotes: {lotes}")
        for aviso in feito.avisos:
            escrever(f"  aviso: {aviso}")
    if recusados:
        raise UnreadableError(f"{recusados} de {len(opcoes.arquivos)} arquivos não importados")
