"""`tiss hash`: what a message says of its hash, which dialect that is, and the hash put right."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tiss.comandos.entrada import ler_arquivo
from tiss.comandos.gravacao import gravar
from tiss.comandos.saida import escrever, explicar, recusar
from tiss.errors import UnreadableError
from tiss.messages.hashes import (
    DIALETOS,
    PADRAO,
    ConferenciaHash,
    conferir_hash,
    corrigir_hash,
)
from tiss.settings import ENCODING

_INUTILIZAVEL = 2


def opcoes(analisador: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    analisador.add_argument("arquivo", type=Path, metavar="ARQUIVO", help="mensagem TISS em XML")
    analisador.add_argument(
        "--conferir", action="store_true", help="termina com 1 quando o hash não confere"
    )
    analisador.add_argument(
        "--corrigir",
        type=Path,
        metavar="SAIDA",
        help="grava em SAIDA, que não pode existir, o mesmo arquivo com o hash do padrão",
    )
    analisador.add_argument("--json", action="store_true", help="resposta em JSON")


def executar(opcoes: argparse.Namespace) -> int:
    """Show the hash of a file; return 0, 1 when it was to be right and is not, 2 unusable input."""
    try:
        mensagem = ler_arquivo(opcoes.arquivo)
        conferencia = conferir_hash(mensagem)
        if opcoes.corrigir is not None:
            gravar(opcoes.corrigir, corrigir_hash(mensagem))
    except UnreadableError as erro:
        return recusar(f"{opcoes.arquivo}: {erro}", _INUTILIZAVEL)
    except OSError as erro:
        return recusar(explicar(erro), _INUTILIZAVEL)
    if opcoes.json:
        escrever(json.dumps(_dados(opcoes, conferencia), ensure_ascii=False, indent=2))
    else:
        escrever(*_linhas(opcoes, conferencia))
    return 1 if opcoes.conferir and not conferencia.confere else 0


def _dados(opcoes: argparse.Namespace, conferencia: ConferenciaHash) -> dict[str, object]:
    dialeto = DIALETOS[conferencia.dialeto] if conferencia.dialeto else None
    return {
        "arquivo": str(opcoes.arquivo),
        "informado": conferencia.informado,
        "calculado": conferencia.calculado,
        "confere": conferencia.confere,
        "dialeto": conferencia.dialeto,
        "descricao": dialeto and dialeto.descricao,
        "estranhas": conferencia.estranhas,
        "corrigido": None if opcoes.corrigir is None else str(opcoes.corrigir),
    }


def _legivel(valor: str) -> str:
    """What stands in the file goes to a terminal: no escape sequences."""
    return valor if valor.isprintable() else ascii(valor)


def _linhas(opcoes: argparse.Namespace, conferencia: ConferenciaHash) -> list[str]:
    informado = conferencia.informado
    dito = "não há elemento hash" if informado is None else _legivel(informado) or "vazio"
    calculado = conferencia.calculado or (
        f"não há hash pelo padrão: troque o que não cabe em {ENCODING}: {conferencia.estranhas}"
    )
    linhas = [
        f"informado: {dito}",
        f"calculado: {calculado}",
        f"confere:   {'sim' if conferencia.confere else 'não'}",
    ]
    if conferencia.dialeto is not None:
        linhas.append(f"dialeto:   {conferencia.dialeto}")
        if conferencia.dialeto != PADRAO:
            linhas.append(DIALETOS[conferencia.dialeto].descricao)
    elif informado:
        linhas.append("dialeto:   nenhum conhecido; o arquivo pode ter sido editado depois do hash")
    if opcoes.corrigir is not None:
        linhas.append(f"corrigido: {opcoes.corrigir}")
    return linhas
