"""`tiss validar`: whether message files can be sent, and what to do about those that cannot."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from tiss.comandos.banco import URL, transacao
from tiss.comandos.entrada import ler_arquivo
from tiss.comandos.saida import escrever, motivo
from tiss.domain.problema import Gravidade, Problema
from tiss.domain.terminologia import Terminologia
from tiss.errors import ConfigError, MemoryShortageError, TissError
from tiss.messages.leitura import SEM_MEMORIA
from tiss.messages.validacao import LIMITE, HistoricoDe, Relatorio, validar
from tiss.settings import FUSO

_DINHEIRO = re.compile(r"-?[0-9]{1,12}\.[0-9]{2}")
_DATA = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b")
_QUANTIA_NA_FRASE = re.compile(r"\b(dá|é|somam|total) (-?[0-9]{1,12}\.[0-9]{2})(?![0-9.])")
_VALIDO, _COM_PROBLEMAS, _INUTILIZAVEL = 0, 1, 2
# resposta -> valido -> what to say: nobody sends what an operadora answered.
_VEREDITOS = {
    False: {True: "pode ser enviado", False: "não pode ser enviado"},
    True: {True: "está em ordem", False: "tem problemas"},
}


def opcoes(analisador: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    analisador.add_argument(
        "arquivos", nargs="+", type=Path, metavar="ARQUIVO", help="mensagem TISS em XML"
    )
    analisador.add_argument("--versao", help="confere por esta versão, e não pela do arquivo")
    analisador.add_argument(
        "--hoje",
        type=_dia,
        metavar="AAAA-MM-DD",
        help="ensaia como se hoje fosse este dia (padrão: hoje em São Paulo)",
    )
    analisador.add_argument(
        "--banco",
        metavar="URL",
        help="confere também os códigos, pela terminologia, e o que a operadora já glosou, que "
        f"estão no banco da clínica: {URL}",
    )
    analisador.add_argument(
        "--json", action="store_true", help="um objeto JSON por arquivo e linha"
    )


def executar(opcoes: argparse.Namespace) -> int:
    """Show what is wrong with each file; return the worst of 0 valid, 1 problems, 2 unusable."""
    hoje = datetime.now(FUSO).date() if opcoes.hoje is None else opcoes.hoje
    with _fontes(opcoes.banco) as fontes:
        return max(_conferir(arquivo, opcoes, hoje, fontes) for arquivo in opcoes.arquivos)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fontes:
    """What looks up in a database; None without one, which most people have not."""

    terminologia: Terminologia | None = None
    historico_de: HistoricoDe | None = None


@contextmanager
def _fontes(url: str | None) -> Iterator[_Fontes]:
    if url is None:
        yield _Fontes()
        return
    from tiss.repository import terminologia
    from tiss.services.prevencao import historico_do_arquivo

    with transacao(url) as t:
        if not terminologia.fontes(t):
            raise ConfigError(
                "o banco não tem a terminologia carregada: rode tiss banco terminologia"
            )
        # Counted once, however many files there are for one contrato.
        yield _Fontes(
            terminologia=terminologia.TerminologiaDoBanco(t),
            historico_de=cache(partial(historico_do_arquivo, t)),
        )


def _dia(texto: str) -> date:
    try:
        return date.fromisoformat(texto)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{texto!r} não é uma data: use AAAA-MM-DD") from None


def _conferir(arquivo: Path, opcoes: argparse.Namespace, hoje: date, fontes: _Fontes) -> int:
    try:
        relatorio = validar(
            ler_arquivo(arquivo),
            hoje=hoje,
            versao=opcoes.versao,
            terminologia=fontes.terminologia,
            historico_de=fontes.historico_de,
        )
    except (TissError, OSError, MemoryError) as erro:
        recusa = _recusa(erro)
        _mostrar(opcoes, _dados(arquivo, [recusa], None), [f"{arquivo}: {recusa.mensagem}"])
        return _INUTILIZAVEL
    dados = _dados(arquivo, relatorio.problemas, relatorio)
    _mostrar(opcoes, dados, _linhas(arquivo, relatorio))
    return _VALIDO if relatorio.valido else _COM_PROBLEMAS


def _mostrar(opcoes: argparse.Namespace, dados: dict[str, Any], linhas: Iterable[str]) -> None:
    if opcoes.json:
        escrever(json.dumps(dados, ensure_ascii=False))
    else:
        escrever(*map(_legivel, linhas), "")


def _recusa(erro: TissError | OSError | MemoryError) -> Problema:
    """Return why a file could not be checked at all."""
    if isinstance(erro, OSError):
        mensagem = f"não foi possível ler o arquivo: {motivo(erro)}"
        return Problema(codigo="ARQUIVO", caminho="", mensagem=mensagem)
    if isinstance(erro, ConfigError):
        return Problema(codigo="VERSAO_NAO_INSTALADA", caminho="", mensagem=str(erro))
    if isinstance(erro, MemoryError | MemoryShortageError):
        return Problema(codigo="SEM_MEMORIA", caminho="", mensagem=SEM_MEMORIA)
    return Problema(codigo="ILEGIVEL", caminho="", mensagem=str(erro), glosa_provavel="5002")


def _dados(
    arquivo: Path, problemas: Sequence[Problema], relatorio: Relatorio | None
) -> dict[str, Any]:
    return {
        "arquivo": str(arquivo),
        "versao": relatorio and relatorio.versao,
        "tipo": relatorio and relatorio.tipo,
        "guias": relatorio and relatorio.guias,
        "valido": all(problema.gravidade is not Gravidade.ERRO for problema in problemas),
        "problemas": [
            {
                "codigo": problema.codigo,
                "gravidade": problema.gravidade,
                "guia": problema.guia,
                "item": problema.item,
                "caminho": problema.caminho,
                "valor": problema.valor,
                "mensagem": problema.mensagem,
                "glosa_provavel": problema.glosa_provavel,
            }
            for problema in problemas
        ],
        "cortado": relatorio is not None and relatorio.cortado,
        "nao_conferidas": []
        if relatorio is None
        else [regra.codigo for regra in relatorio.nao_conferidas],
    }


def _linhas(arquivo: Path, relatorio: Relatorio) -> Iterator[str]:
    quantos = {
        gravidade: sum(problema.gravidade is gravidade for problema in relatorio.problemas)
        for gravidade in Gravidade
    }
    veredito = _VEREDITOS[relatorio.resposta][relatorio.valido]
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
            # The file itself is a part of what it needs.
            parte = " (conferido só entre as guias deste arquivo)"
            yield f"    {regra.codigo}: {regra.titulo}{parte if regra.precisa == 'banco' else ''}"


def _linha(problema: Problema) -> str:
    onde = (
        problema.caminho if problema.item is None else f"item {problema.item}, {problema.caminho}"
    )
    partes = [f"{problema.gravidade} {problema.codigo} em {onde}"]
    if problema.valor is not None:
        partes.append(f"({_por_extenso(problema.caminho, problema.valor)})")
    if problema.glosa_provavel is not None:
        partes.append(f"[glosa provável {problema.glosa_provavel}]")
    return f"{' '.join(partes)}: {_frase(problema.mensagem)}"


def _por_extenso(caminho: str, valor: str) -> str:
    """Return a value as a Brazilian writes it."""
    campo = caminho.rpartition("/")[2]
    if campo.startswith(("valor", "vl")) and _DINHEIRO.fullmatch(valor):
        return _reais(valor)
    return _datas(valor) if campo.startswith("data") else valor


def _frase(mensagem: str) -> str:
    com_reais = _QUANTIA_NA_FRASE.sub(lambda achada: f"{achada[1]} {_reais(achada[2])}", mensagem)
    return _datas(com_reais)


def _datas(texto: str) -> str:
    return _DATA.sub(r"\3/\2/\1", texto)


def _reais(valor: str) -> str:
    return f"R$ {Decimal(valor):,.2f}".translate(str.maketrans(",.", ".,"))


def _legivel(linha: str) -> str:
    """What stands in the file goes to a terminal: no escape sequences."""
    return linha if linha.isprintable() else ascii(linha)[1:-1]
