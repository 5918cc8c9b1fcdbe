"""The data files of the package, one row at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO, Any

Termo = tuple[str, str, str, str | None, str | None]

# Bounds what is in memory of a file of 17 MB; far longer than its longest record, of 5 kB.
_PEDACO = 1 << 18
_INICIO = re.compile(r'"records"\s*:\s*\[')
_ENTRE = re.compile(r"[\s,]+")


def tuss(arquivo: IO[bytes]) -> Iterator[Termo]:
    """Return (table, code, term, first day, last day) of tables 18, 19, 20 and 22.

    An open end is None.
    """
    for campos in _registros(arquivo):
        yield _termo(campos, campos["termo"])


def dominios(arquivo: IO[bytes]) -> Iterator[Termo]:
    """Return the same of the small tables.

    In table 60 the term is an abbreviation and the description the words; in the others both are
    the same. Tabela 38 comes with the glosas.
    """
    for campos in _registros(arquivo):
        if campos["tabela"] != "38":
            yield _termo(campos, campos["descricao"])


def glosas(arquivo: IO[bytes]) -> Iterator[Termo]:
    """Return the same of Tabela 38, which states no validity: what is in it is current."""
    for campos in _registros(arquivo):
        yield _termo(campos | {"tabela": "38"}, " ".join(campos["descricao"].split()))


def operadoras(arquivo: IO[bytes]) -> Iterator[tuple[str | None, ...]]:
    """Return registro ANS, names, CNPJ, modalidade, UF and day of registration."""
    for campos in json.load(arquivo)["records"].values():
        yield (
            campos["registro_ans"],
            campos["razao_social"],
            campos["nome_fantasia"] or None,
            campos["cnpj"] or None,
            campos["modalidade"] or None,
            campos["uf"] or None,
            campos["data_registro_ans"] or None,
        )


def _termo(campos: dict[str, Any], descricao: str) -> Termo:
    return (
        campos["tabela"],
        campos["codigo"],
        descricao,
        campos.get("vigencia_inicio") or None,
        campos.get("vigencia_fim") or None,
    )


def _registros(arquivo: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Return the objects of the list "records", holding a piece of the file at a time.

    Raises ValueError when the list is not there or ends half way.
    """
    texto = TextIOWrapper(arquivo, encoding="utf-8")
    decodificar = json.JSONDecoder().raw_decode
    lido = ""
    while not (inicio := _INICIO.search(lido)):
        lido += _pedaco(texto)
    posicao = inicio.end()
    while True:
        if entre := _ENTRE.match(lido, posicao):
            posicao = entre.end()
        if lido.startswith("]", posicao):
            return
        try:
            registro, posicao = decodificar(lido, posicao)
        except json.JSONDecodeError:  # cut by the end of the piece
            lido, posicao = lido[posicao:] + _pedaco(texto), 0
        else:
            yield registro


def _pedaco(texto: TextIOWrapper) -> str:
    pedaco = texto.read(_PEDACO)
    if not pedaco:
        raise ValueError("acaba antes do fim da lista de registros")
    return pedaco
