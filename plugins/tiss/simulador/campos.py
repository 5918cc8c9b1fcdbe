"""Reads untyped JSON field by field, noting problems instead of stopping at the first."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from tiss.settings import ENCODING

E = TypeVar("E", bound=StrEnum)


class Campos:
    """The problems found so far, and a method for each kind of value.

    Every method returns a value of its type, whatever it read: `.problemas` says if it is good.
    """

    def __init__(self) -> None:
        self.problemas: list[str] = []

    def objeto(self, bruto: object, onde: str, conhecidos: set[str]) -> dict[str, object]:
        """Return an object; problems: not one, or with fields not known."""
        if not isinstance(bruto, dict):
            self.problemas.append(f"{onde}: deve ser um objeto")
            return {}
        for nome in sorted(set(bruto) - conhecidos):
            self.problemas.append(f"{onde}.{nome}: campo desconhecido")
        return bruto

    def lista(self, bruto: object, onde: str) -> Sequence[object]:
        """Return a list."""
        if isinstance(bruto, list):
            return bruto
        self.problemas.append(f"{onde}: deve ser uma lista")
        return []

    def texto(
        self, campos: Mapping[str, object], nome: str, onde: str, forma: str, dica: str
    ) -> str:
        """Return a text of a form; dica says in Portuguese which."""
        valor = campos.get(nome)
        if not isinstance(valor, str) or not re.fullmatch(forma, valor):
            # The value is not shown: it may be a password
            self.problemas.append(f"{onde}.{nome}: deve ser texto, {dica}")
            return ""
        if valor.encode(ENCODING, "replace").decode(ENCODING) != valor:
            self.problemas.append(f"{onde}.{nome}: tem caractere fora de {ENCODING}")
        return valor

    def numero(self, campos: Mapping[str, object], nome: str, onde: str, padrao: float) -> float:
        """Return a number, zero or more."""
        valor = campos.get(nome, padrao)
        if isinstance(valor, bool) or not isinstance(valor, int | float):
            valor = -1
        # JSON as Python reads it has NaN and Infinity
        if 0 <= valor < math.inf:
            return float(valor)
        self.problemas.append(f"{onde}.{nome}: deve ser um número, zero ou mais")
        return padrao

    def codigos(self, bruto: object, onde: str) -> frozenset[str]:
        """Return a set of texts."""
        codigos = self.lista(bruto, onde)
        if not all(isinstance(codigo, str) for codigo in codigos):
            self.problemas.append(f"{onde}: deve ser uma lista de textos")
        return frozenset(str(codigo) for codigo in codigos)

    def precos(self, bruto: object, onde: str) -> dict[str, Decimal]:
        """Return amounts in reais by code."""
        precos: dict[str, Decimal] = {}
        for codigo, valor in bruto.items() if isinstance(bruto, dict) else ():
            # Only text is taken: a JSON number would go through a float
            if isinstance(valor, str) and re.fullmatch(r"\d+(\.\d{1,2})?", valor):
                precos[codigo] = Decimal(valor)
            else:
                self.problemas.append(f'{onde}.{codigo}: deve ser texto como "300.00"')
        if not isinstance(bruto, dict):
            self.problemas.append(f"{onde}: deve ser um objeto")
        return precos

    def booleano(
        self, campos: Mapping[str, object], nome: str, onde: str, *, padrao: bool = False
    ) -> bool:
        """Return true or false."""
        valor = campos.get(nome, padrao)
        if not isinstance(valor, bool):
            self.problemas.append(f"{onde}.{nome}: deve ser true ou false")
            return padrao
        return valor

    def opcao(self, campos: Mapping[str, object], nome: str, onde: str, padrao: E) -> E:
        """Return one of the words of an enumeration."""
        opcoes = type(padrao)
        valor = campos.get(nome, padrao)
        if not isinstance(valor, str) or valor not in list(opcoes):
            self.problemas.append(f"{onde}.{nome}: use um de {', '.join(opcoes)}")
            return padrao
        return opcoes(valor)

    def cabecalhos(self, bruto: object, onde: str) -> dict[str, str]:
        """Return values of HTTP headers by name."""
        if not isinstance(bruto, dict) or not all(
            re.fullmatch(r"[\w-]+", nome) and isinstance(valor, str) and valor
            for nome, valor in bruto.items()
        ):
            self.problemas.append(f"{onde}: deve ser um objeto de nomes e textos")
            return {}
        return bruto
