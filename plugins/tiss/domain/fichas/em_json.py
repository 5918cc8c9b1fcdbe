"""Fichas for programs: JSON has neither dates nor times, and may hold what no file can."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time
from typing import Any

from tiss.domain.fichas.campos import Tabela
from tiss.domain.fichas.formas import Forma, Tipo, guardavel

# Tables in tables: rest.cabecalhos.NOME is the deepest there is.
_FUNDO = 4
_COMPRIMENTO = 31


def de_json(tabela: Tabela, corpo: Mapping[str, object]) -> dict[str, Any] | None:
    """Return a body as the values that a file would have: null is a key left out.

    None for what no file can say: endless tables and lists, characters that are none.
    """
    if not _cabe(corpo, _FUNDO):
        return None
    item = _sem_nulos(corpo)
    for campo in tabela.campos:
        *fora, nome = campo.chave.split(".")
        onde: Any = item
        for parte in fora:
            onde = onde.get(parte) if isinstance(onde, dict) else None
        if isinstance(onde, dict) and isinstance(onde.get(nome), str):
            onde[nome] = _do_texto(campo.forma, onde[nome])
    return item


def em_json(escritos: Mapping[str, Any]) -> dict[str, Any]:
    """Return keys by their whole names as a body, tables inside it."""
    corpo: dict[str, Any] = {}
    for chave, valor in escritos.items():
        *fora, nome = chave.split(".")
        onde = corpo
        for parte in fora:
            onde = onde.setdefault(parte, {})
        onde[nome] = valor.isoformat() if isinstance(valor, date | time) else valor
    return corpo


def esquema(tabela: Tabela) -> dict[str, Any]:
    """Return the JSON Schema of a body."""
    corpo: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {}}
    exigidos = []
    for campo in tabela.campos:
        *fora, nome = campo.chave.split(".")
        onde = corpo
        for parte in fora:
            onde = onde["properties"].setdefault(
                parte, {"type": "object", "additionalProperties": False, "properties": {}}
            )
        nomes = "; ".join(f"{valor}: {nome}" for valor, nome in campo.forma.opcoes.items())
        descricao = ". ".join(filter(None, (campo.rotulo, campo.ajuda, nomes)))
        onde["properties"][nome] = _da_forma(campo.forma) | {"description": descricao}
        if campo.exigido:
            exigidos.append(campo.chave)
    return corpo | {"required": exigidos}


def _da_forma(forma: Forma) -> dict[str, Any]:
    match forma.tipo:
        case Tipo.INTEIRO:
            return {"type": "integer", "minimum": forma.limites[0], "maximum": forma.limites[1]}
        case Tipo.OPCAO:
            return {"type": "string", "enum": list(forma.opcoes)}
        case Tipo.LOGICO:
            return {"type": "boolean"}
        case Tipo.DIAS:
            return {
                "type": "array",
                "items": {"type": "integer", "minimum": 1, "maximum": 7},
                "minItems": 1,
                "maxItems": _COMPRIMENTO,
            }
        case Tipo.MAPA:
            return {"type": "object", "additionalProperties": _da_forma(forma.partes[""])}
        case Tipo.OBJETO:
            partes = {nome: _da_forma(parte) for nome, parte in forma.partes.items()}
            return {"type": "object", "additionalProperties": False, "properties": partes}
        case Tipo.DATA:
            return {"type": "string", "format": "date"}
        case Tipo.HORA | Tipo.DURACAO:
            return {"type": "string", "examples": ["08:00:00" if forma.tipo is Tipo.HORA else "2h"]}
    return {"type": "string", "minLength": forma.limites[0], "maxLength": forma.limites[1]}


def _do_texto(forma: Forma, texto: str) -> object:
    """What a text says where JSON has no other way to say it; what it does not say stays text."""
    with suppress(ValueError):
        if forma.tipo is Tipo.DATA:
            return date.fromisoformat(texto)
        if forma.tipo is Tipo.HORA:
            return time.fromisoformat(texto)
    return texto


def _cabe(valor: object, fundo: int) -> bool:
    if isinstance(valor, str):
        return guardavel(valor)
    if isinstance(valor, dict):
        return fundo > 0 and all(
            guardavel(nome) and _cabe(um, fundo - 1) for nome, um in valor.items()
        )
    if isinstance(valor, list):
        return (
            fundo > 0 and len(valor) <= _COMPRIMENTO and all(_cabe(um, fundo - 1) for um in valor)
        )
    return True


def _sem_nulos(valor: Mapping[str, object]) -> dict[str, Any]:
    return {
        nome: _sem_nulos(um) if isinstance(um, dict) else um
        for nome, um in valor.items()
        if um is not None
    }
