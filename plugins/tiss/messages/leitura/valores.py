"""Amounts, numbers and dates as operadoras write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

CENTAVO = Decimal("0.01")
# Ten times larger than any field of the standard, and what our tables hold.
LIMITE = Decimal(10) ** 9
_TAMANHO = 40
_NAO_SE_LE = "valor que não se lê, deixado em branco"

# A point or a comma alone is the decimal separator, as in xs:decimal and as Brazil writes it.
_PLANO = re.compile(r"[+-]?(?=[.,]?[0-9])[0-9]*(?:[.,][0-9]*)?")
# 1.234,56  1,234.56  1 234,56  1.234.567: groups of three, and no doubt about the separators.
_AGRUPADO = re.compile(
    r"(?P<inteiro>[+-]?[0-9]{1,3}(?P<milhar>[., '\u00a0\u202f])[0-9]{3}(?:(?P=milhar)[0-9]{3})*)"
    r"(?:(?P<separador>[.,])(?P<decimais>[0-9]*))?"
)
_DIA_MES_ANO = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


@lru_cache(maxsize=4096)
def _decimal(texto: str) -> Decimal | None:
    if _PLANO.fullmatch(texto):
        valor = Decimal(texto.replace(",", "."))
    elif (achado := _AGRUPADO.fullmatch(texto)) and achado["separador"] != achado["milhar"]:
        inteiro = re.sub(r"[^0-9+-]", "", achado["inteiro"])
        valor = Decimal(f"{inteiro}.{achado['decimais'] or ''}")
    else:
        return None
    # Zero has no sign.
    return valor + 0 if abs(valor) < LIMITE else None


def decimal(texto: str) -> Decimal | None:
    """Return a number, None when it is none or is beyond every field of the standard."""
    return _decimal(texto) if len(texto) <= _TAMANHO else None


def dinheiro(texto: str) -> tuple[Decimal | None, str | None]:
    """Return an amount in reais with at most two decimals, and what there is to say about it."""
    return _dinheiro(texto) if len(texto) <= _TAMANHO else (None, _NAO_SE_LE)


@lru_cache(maxsize=4096)
def _dinheiro(texto: str) -> tuple[Decimal | None, str | None]:
    valor = _decimal(texto)
    if valor is None:
        return None, _NAO_SE_LE
    exato = valor.quantize(CENTAVO, ROUND_HALF_UP)
    if abs(exato) >= LIMITE:
        return None, _NAO_SE_LE
    if valor != exato:
        return exato, "valor com fração de centavo, arredondado"
    return valor, "valor negativo" if valor < 0 else None


def dia(texto: str) -> date | None:
    """Return the day of an xs:date, with a zone or a time after it, or of dd/mm/aaaa."""
    brasileira = _DIA_MES_ANO.fullmatch(texto[:10])
    iso = "-".join(reversed(brasileira.groups())) if brasileira else texto[:10]
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
