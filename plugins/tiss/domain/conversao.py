"""JSON from the clinic's view into typed values.

A value that cannot be read as what its field holds counts as not given: the clinic sees "não
informado" there and looks. So it does with what should be an object and is not: it counts as one
without any value. A key that the class does not know is told, so that a misspelt one is not lost in
silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from tiss.domain.partes import Alternativa

Classe = TypeVar("Classe")
# A value, and where to note the keys that nobody knows.
Leitor = Callable[[Any, list[str]], Any]
# Ten times the limit of every field: beyond it neither arithmetic nor our tables hold a number.
ABSURDO = Decimal(10) ** 9


def converter(classe: type[Classe], dados: Mapping[str, Any], desconhecidas: list[str]) -> Classe:
    """Return an object of a dataclass from JSON; keys that it lacks go to `desconhecidas`."""
    return classe(**converter_campos(classe, dados, desconhecidas))


def converter_campos(
    classe: type, dados: Mapping[str, Any], desconhecidas: list[str]
) -> dict[str, Any]:
    """Return the attributes that JSON gives for a dataclass, without making the object."""
    leitores = _leitores(classe)
    lidos = {}
    for chave, valor in dados.items():
        leitor = leitores.get(chave)
        if leitor is None:
            desconhecidas.append(chave)
        elif valor is not None:
            lidos[chave] = leitor(valor, desconhecidas)
    return lidos


@cache
def atributos(classe: type) -> frozenset[str]:
    """Return the names that JSON may give for a dataclass."""
    return frozenset(_leitores(classe))


@cache
def _leitores(classe: type) -> dict[str, Leitor]:
    tipos = get_type_hints(classe)
    return {campo.name: _leitor(tipos[campo.name]) for campo in fields(classe)}


def _leitor(tipo: Any) -> Leitor:  # noqa: ANN401
    if isinstance(tipo, UnionType):
        (tipo,) = (parte for parte in get_args(tipo) if parte is not NoneType)
    if tipo is Alternativa:
        return _alternativa
    if get_origin(tipo) is tuple:
        item = _leitor(get_args(tipo)[0])
        return lambda valor, desconhecidas: _lista(valor, item, desconhecidas)
    if isinstance(tipo, type) and is_dataclass(tipo):
        return lambda valor, desconhecidas: converter(
            tipo, valor if isinstance(valor, Mapping) else {}, desconhecidas
        )
    return _SIMPLES[tipo]


def _lista(valor: object, item: Leitor, desconhecidas: list[str]) -> Any:  # noqa: ANN401
    if not isinstance(valor, Sequence) or isinstance(valor, str):
        return ()
    return tuple(item(parte, desconhecidas) for parte in valor if parte is not None)


def _alternativa(valor: object, desconhecidas: list[str]) -> Alternativa | None:
    """{"cpfContratado": "39053344705"}: the element is the key, as the XSD spells it.

    A view may give all keys, with null in those that do not apply.
    """
    if not isinstance(valor, Mapping):
        return None
    lidos = {chave: _texto(conteudo, desconhecidas) for chave, conteudo in valor.items()}
    dados = [(chave, texto) for chave, texto in lidos.items() if texto is not None]
    if len(dados) != 1:
        return None
    ((elemento, texto),) = dados
    return Alternativa(elemento=elemento, valor=texto)


def _texto(valor: object, _: list[str]) -> str | None:
    # A code of digits may come as a number; true, an object or a list say nothing here.
    if isinstance(valor, bool) or not isinstance(valor, str | int | float | Decimal):
        return None
    texto = str(valor)
    return texto if texto.strip() else None


def _decimal(valor: object, _: list[str]) -> Decimal | None:
    try:
        # JSON numbers that are not whole arrive as floats: their shortest text is what was meant.
        numero = Decimal(valor if type(valor) is str else str(valor))
        return numero if -ABSURDO < numero < ABSURDO else None
    except InvalidOperation:
        return None


def _inteiro(valor: object, _: list[str]) -> int | None:
    if type(valor) is int and -ABSURDO < valor < ABSURDO:
        return valor
    numero = _decimal(valor, _)
    return int(numero) if numero is not None and numero == numero.to_integral_value() else None


def _data(valor: object, _: list[str]) -> date | None:
    try:
        return date.fromisoformat(str(valor))
    except ValueError:
        return None


def _hora(valor: object, _: list[str]) -> time | None:
    try:
        return time.fromisoformat(str(valor))
    except ValueError:
        return None


def _logico(valor: object, _: list[str]) -> bool | None:
    return valor if isinstance(valor, bool) else None


_SIMPLES: dict[type, Leitor] = {
    str: _texto,
    Decimal: _decimal,
    int: _inteiro,
    date: _data,
    time: _hora,
    bool: _logico,
}
