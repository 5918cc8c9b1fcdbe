"""Check digits of CPF and CNPJ, which the XSD does not look at."""

from __future__ import annotations

import re
from operator import mul

__all__ = ["CNPJ", "CPF", "cnpj_valido", "cpf_valido"]

CPF = re.compile(r"[0-9]{11}")
CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_PESOS_CPF = tuple(range(11, 1, -1))
_PESOS_CNPJ = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def cpf_valido(cpf: str) -> bool:
    """Return whether 11 digits, without a mask, are a CPF; eleven equal digits are not.

    Each check digit is 11 minus the weighted sum modulo 11, and 0 when that is above 9.
    """
    return bool(CPF.fullmatch(cpf)) and _confere(cpf, _PESOS_CPF)


def cnpj_valido(cnpj: str) -> bool:
    """Return whether 14 positions, without a mask, are a CNPJ; fourteen equal digits are not.

    The first 12 may be capital letters, worth their ASCII code minus 48, as digits are.
    """
    return bool(CNPJ.fullmatch(cnpj)) and _confere(cnpj, _PESOS_CNPJ)


def _confere(documento: str, pesos: tuple[int, ...]) -> bool:
    if documento.count(documento[0]) == len(documento):
        return False
    valores = [codigo - 48 for codigo in documento.encode("ascii")]
    # The weights of the first check digit are those of the second without the first of them.
    return _digito(valores, pesos[1:]) == valores[-2] and _digito(valores, pesos) == valores[-1]


def _digito(valores: list[int], pesos: tuple[int, ...]) -> int:
    """Return the check digit of as many values as there are weights."""
    resto = sum(map(mul, valores, pesos)) % 11
    return 0 if resto < 2 else 11 - resto
