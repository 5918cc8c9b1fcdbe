"""`tiss validar`: whether message files can be sent, and what to do about those that cannot."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from tiss.domain.problema import Gravidade, Problema
from tiss.errors import ConfigError, TissError
from tiss.messages.leitura.entrada import TAMANHO_MAXIMO
from tiss.messages.validacao import LIMITE, Relatorio, validar

_VALIDO, _COM_PROBLEMAS, _INUTILIZAVEL = 0, 1, 2


def opcoes(analisador: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    analisador.add_argument(
        "arquivos", nargs="+", type=Path, metavar="ARQUIVO", help="mensagem TISS em XML"
    )
    analisador.add_argument("--versao", help="confere por esta versão, e não pela do arquivo")
    analisador.add_argument(
        "--json", action="store_true", help="um objeto JSON por arquivo e linha"
    )


def executar(opcoes: argparse.Namespace) -> int:
    """Show what is wrong with each file; return the worst of 0 valid, 1 problems, 2 unusable."""
    return max(_conferir(arquivo, opcoes) for arquivo in opcoes.arquivos)


def _conferir(arquivo: Path, opcoes: argparse.Namespace) -> int:
    try:
        with arquivo.open("rb") as aberto:
            # One byte more than a message may have is enough to refuse it.
            mensagem = aberto.read(TAMANHO_MAXIMO + 1)
        relatorio = validar(mensagem, hoje=date.today(), versao=opcoes.versao)
    except (TissError, OSError) as erro:
        recusa = _recusa(erro)
        _mostrar(opcoes, _dados(arquivo, [recusa], ()), [f"{arquivo}: {recusa.mensagem}"])
        return _INUTILIZAVEL
    nao_conferidas = tuple(regra.codigo for regra in relatorio.nao_conferidas)
    dados = _dados(arquivo, relatorio.problemas, nao_conferidas)
    _mostrar(opcoes, dados, _linhas(arquivo, relatorio))
    return _VALIDO if relatorio.valido else _COM_PROBLEMAS


def _mostrar(opcoes: argparse.Namespace, dados: dict[str, Any], linhas: Iterable[str]) -> None:
    if opcoes.json:
        print(json.dumps(dados, ensure_ascii=False))
    else:
        print(*map(_legivel, linhas), "", sep="\n")


def _recusa(erro: TissError | OSError) -> Problema:
    """Return why a file could not be checked at all."""
    if isinstance(erro, OSError):
        mensagem = f"não foi possível ler o arquivo: {erro.strerror}"
        return Problema(codigo="ARQUIVO", caminho="", mensagem=mensagem)
    if isinstance(erro, ConfigError):
        return Problema(codigo="VERSAO_NAO_INSTALADA", caminho="", mensagem=str(erro))
    return Problema(codigo="ILEGIVEL", caminho="", mensagem=str(erro), glosa_provavel="5002")


def _dados(
    arquivo: Path, problemas: Sequence[Problema], nao_conferidas: Sequence[str]
) -> dict[str, Any]:
    return {
        "arquivo": str(arquivo),
        "valido": all(problema.gravidade is not Gravidade.ERRO for problema in problemas),
        "problemas": [
            {
                "codigo": problema.codigo,
                "gravidade": problema.gravidade,
                "guia": problema.guia,
                "caminho": problema.caminho,
                "valor": problema.valor,
                "mensagem": problema.mensagem,
                "glosa_provavel": problema.glosa_provavel,
            }
            for problema in problemas
        ],
        "nao_conferidas": list(nao_conferidas),
    }


def _linhas(arquivo: Path, relatorio: Relatorio) -> Iterator[str]:
    quantos = {
        gravidade: sum(problema.gravidade is gravidade for problema in relatorio.problemas)
        for gravidade in Gravidade
    }
    veredito = "pode ser enviado" if relatorio.valido else "não pode ser enviado"
    yield (
        f"{arquivo}: {veredito} (TISS {relatorio.versao}, {relatorio.tipo}, "
        f"guias: {relatorio.guias}, erros: {quantos[Gravidade.ERRO]}, "
        f"avisos: {quantos[Gravidade.AVISO]})"
    )
    for guia, problemas in groupby(relatorio.problemas, key=lambda problema: problema.guia):
        yield "  mensagem" if guia is None else f"  guia {guia}"
        for problema in problemas:
            yield f"    {_linha(problema)}"
    if relatorio.cortado:
        yield f"  há mais: só os primeiros {LIMITE} são mostrados"
    if relatorio.nao_conferidas:
        yield "  não conferido sem banco de dados:"
        for regra in relatorio.nao_conferidas:
            yield f"    {regra.codigo}: {regra.titulo}"


def _linha(problema: Problema) -> str:
    onde = (
        problema.caminho if problema.item is None else f"item {problema.item}, {problema.caminho}"
    )
    partes = [f"{problema.gravidade} {problema.codigo} em {onde}"]
    if problema.valor is not None:
        partes.append(f"({problema.valor})")
    if problema.glosa_provavel is not None:
        partes.append(f"[glosa provável {problema.glosa_provavel}]")
    return f"{' '.join(partes)}: {problema.mensagem}"


def _legivel(linha: str) -> str:
    """What stands in the file goes to a terminal: no escape sequences."""
    return linha if linha.isprintable() else ascii(linha)[1:-1]
