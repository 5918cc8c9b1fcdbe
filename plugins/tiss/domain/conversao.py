"""JSON from the clinic's view into typed values.

Nothing raises: what cannot be read counts as not given, and is told in `Notas`, as is a key that
the class does not know, so that neither a misspelt one nor a mistyped value is lost in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeGuard, TypeVar, get_args, get_origin, get_type_hints

from tiss.domain.partes import Alternativa

Classe = TypeVar("Classe")


@dataclass(slots=True)
class Notas:
    """What of the JSON was not taken: paths such as itens[2]/equipe[1]/nome, in their order."""

    desconhecidas: list[str] = field(default_factory=list)
    ilegiveis: list[str] = field(default_factory=list)


# A value that is not None becomes what the field holds, None when it cannot be read.
Simples = Callable[[Any], Any]
# The same for what has parts: also its path, and where to note what of it is not taken.
Composto = Callable[[Any, str, Notas], Any]
# Ten times the limit of every field: beyond it neither arithmetic nor our tables hold a number.
ABSURDO = Decimal(10) ** 9


def converter(classe: type[Classe], dados: object, onde: str, notas: Notas) -> Classe:
    """Return an object of a dataclass from JSON; one that is no JSON object gives an empty one."""
    if not isinstance(dados, dict):
        notas.ilegiveis.append(onde)
        dados = {}
    return classe(**converter_campos(classe, dados, onde, notas))


def converter_campos(
    classe: type, dados: Mapping[str, Any], onde: str, notas: Notas
) -> dict[str, Any]:
    """Return the attributes that JSON gives for a dataclass, without making the object."""
    simples, compostos = _leitores(classe)
    lidos = {}
    for chave, valor in dados.items():
        if valor is None or (type(valor) is str and not valor.strip()):
            continue
        if chave in simples:
            lido = simples[chave](valor)
        elif chave in compostos:
            lido = compostos[chave](valor, f"{onde}/{chave}", notas)
        else:
            notas.desconhecidas.append(f"{onde}/{chave}")
            continue
        if lido is None:
            notas.ilegiveis.append(f"{onde}/{chave}")
        else:
            lidos[chave] = lido
    return lidos


def converter_lista(
    classe: type[Classe], dados: object, onde: str, notas: Notas
) -> tuple[Classe, ...]:
    """Return one object per element of a JSON list; null is an empty one."""
    if dados is None:
        return ()
    if not _e_lista(dados):
        notas.ilegiveis.append(onde)
        return ()
    return tuple(
        converter(classe, parte, f"{onde}[{numero}]", notas)
        for numero, parte in enumerate(dados, 1)
    )


@cache
def atributos(classe: type) -> frozenset[str]:
    """Return the names that JSON may give for a dataclass."""
    return frozenset(campo.name for campo in fields(classe))


@cache
def _leitores(classe: type) -> tuple[dict[str, Simples], dict[str, Composto]]:
    simples: dict[str, Simples] = {}
    compostos: dict[str, Composto] = {}
    tipos = get_type_hints(classe)
    for campo in fields(classe):
        tipo = tipos[campo.name]
        if isinstance(tipo, UnionType):
            (tipo,) = (parte for parte in get_args(tipo) if parte is not NoneType)
        if tipo in _SIMPLES:
            simples[campo.name] = _SIMPLES[tipo]
        elif get_origin(tipo) is tuple:
            compostos[campo.name] = _leitor_de_lista(get_args(tipo)[0])
        else:
            compostos[campo.name] = partial(converter, tipo)
    return simples, compostos


def _leitor_de_lista(tipo: Any) -> Composto:  # noqa: ANN401
    if tipo not in _SIMPLES:
        return partial(converter_lista, tipo)
    simples = _SIMPLES[tipo]

    def ler(valor: object, onde: str, notas: Notas) -> tuple[object, ...] | None:
        if not _e_lista(valor):
            return None
        lidos = []
        for numero, parte in enumerate(valor, 1):
            lido = simples(parte)
            if lido is None:
                notas.ilegiveis.append(f"{onde}[{numero}]")
            else:
                lidos.append(lido)
        return tuple(lidos)

    return ler


def _e_lista(valor: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(valor, list | tuple)


def _alternativa(valor: object) -> Alternativa | None:
    """{"cpfContratado": "39053344705"}: the element is the key, as the XSD spells it.

    A view may name all of them, with null for those that do not apply.
    """
    dados = {c: v for c, v in valor.items() if v is not None} if isinstance(valor, dict) else {}
    if len(dados) != 1:
        return None
    ((elemento, conteudo),) = dados.items()
    texto = _texto(conteudo)
    return None if texto is None else Alternativa(elemento=str(elemento), valor=texto)


def _texto(valor: object) -> str | None:
    if isinstance(valor, dict | bool) or _e_lista(valor) or valor is None:
        return None
    texto = str(valor)
    return texto if texto.strip() else None


def _decimal(valor: object) -> Decimal | None:
    try:
        # JSON numbers that are not whole arrive as floats: their shortest text is what was meant.
        numero = Decimal(valor if type(valor) is str else str(valor))
        return numero if -ABSURDO < numero < ABSURDO else None
    except InvalidOperation:
        return None


def _inteiro(valor: object) -> int | None:
    if type(valor) is int and -ABSURDO < valor < ABSURDO:
        return valor
    numero = _decimal(valor)
    return int(numero) if numero is not None and numero == numero.to_integral_value() else None


def _data(valor: object) -> date | None:
    try:
        return date.fromisoformat(str(valor))
    except ValueError:
        return None


def _hora(valor: object) -> time | None:
    try:
        hora = time.fromisoformat(str(valor))
    except ValueError:
        return None
    # With a zone it could not be compared, and which one is meant is the contrato's to say.
    return hora if hora.tzinfo is None else None


def _logico(valor: object) -> bool | None:
    return valor if isinstance(valor, bool) else None


_SIMPLES: dict[type, Simples] = {
    Alternativa: _alternativa,
    str: _texto,
    Decimal: _decimal,
    int: _inteiro,
    date: _data,
    time: _hora,
    bool: _logico,
}
