"""Reads the parts that all messages have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache

from lxml import etree

from tiss.settings import NAMESPACE

from .config import Credencial

_PREFIXO = len(f"{{{NAMESPACE}}}")
_CONTRATADO = ("codigoPrestadorNaOperadora", "cpfContratado", "cnpjContratado", "CNPJ", "CPF")


def texto(elemento: etree._Element, caminho: str) -> str:
    """Return the text at a path of local names; the XSD already guarantees that it is there."""
    return opcional(elemento, caminho) or ""


def opcional(elemento: etree._Element, caminho: str) -> str | None:
    """Return the text at a path of local names, None when it is not there."""
    achado = filho(elemento, caminho)
    return None if achado is None else achado.text or ""


def filho(elemento: etree._Element, caminho: str) -> etree._Element | None:
    """Return the first element at a path of local names, None when it is not there."""
    achado: etree._Element | None = elemento
    # Half the time of find: a lote has thousands of values
    for passo in _passos(caminho):
        if achado is not None:
            achado = next(achado.iterchildren(passo), None)
    return achado


def filhos(elemento: etree._Element, caminho: str) -> Iterator[etree._Element]:
    """Give all elements at a path of local names."""
    return elemento.iterfind("/".join(_passos(caminho)))


@cache
def _passos(caminho: str) -> tuple[str, ...]:
    return tuple(f"{{{NAMESPACE}}}{nome}" for nome in caminho.split("/"))


def identificacao(elemento: etree._Element | None) -> str:
    """Return the identifier of a prestador: the code, CPF or CNPJ that an element holds."""
    if elemento is not None:
        for nome in _CONTRATADO:
            valor = opcional(elemento, nome)
            if valor is not None:
                return valor
    return ""


def e_o_prestador(identificador: str, credencial: Credencial) -> bool:
    """Tell whether an identifier is one by which the operadora knows a credential's prestador."""
    return identificador in {credencial.codigo_prestador, credencial.cnpj}


def campos(elemento: etree._Element | None) -> dict[str, str]:
    """All children at once: a lote has hundreds of items, and one look-up each adds up."""
    if elemento is None:
        return {}
    return {str(filho.tag)[_PREFIXO:]: filho.text or "" for filho in elemento}


def preenchidos(elemento: etree._Element) -> frozenset[str]:
    """Return the local names of all elements inside one that have a text of their own."""
    return frozenset(
        str(dentro.tag)[_PREFIXO:]
        for dentro in elemento.iter(etree.Element)
        if (dentro.text or "").strip()
    )


def decimal(valor: str) -> Decimal:
    """Return the number that a value of a decimal type holds."""
    return Decimal(valor.strip())


def data(valor: str) -> date:
    """Return the date that a value holds. Raises ValueError for one that only the XSD can read."""
    # xs:date allows a time zone after the ten characters of the date
    return date.fromisoformat(valor.strip()[:10])
