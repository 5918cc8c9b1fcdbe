"""The simple types of the standard: how a value is written, read, and what is wrong with it.

`antes` holds the version that widened a type and the type as it was before: (version, older type).
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from tiss.domain.cadastro import Escrita
from tiss.domain.conversao import ABSURDO
from tiss.domain.texto import limpar, sem_equivalente

Queixa = tuple[str, str]
# Far more digits than any field has, and few enough for arithmetic.
_NUMERO = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,20}(?:\.[0-9]{0,20})?")


@dataclass(frozen=True, slots=True)
class Texto:
    """A value written as text; `padrao` when the standard, or good sense, closes its form.

    dica: what to do about a value of another form or size; without it, a long text is abbreviated.
    """

    maximo: int
    padrao: str = ""
    dica: str = ""
    antes: tuple[str, Texto] | None = None

    def na_versao(self, versao: str) -> Texto:
        """Return the type as it was in a version."""
        return self.antes[1] if self.antes and versao < self.antes[0] else self

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{T[{valor}]}}"

    def ler(self, texto: str) -> str | None:
        """Return what a text says, None when it says nothing."""
        return texto or None

    def queixa(self, valor: object, escrita: Escrita) -> Queixa | None:
        """Return (code, what to do) for a value that cannot be sent."""
        texto = str(valor)
        if not self.padrao and len(texto) <= self.maximo and texto.isascii() and texto.isalnum():
            return None
        if estranhas := sem_equivalente(texto, escrita):
            return "CARACTERE", f"troque o que não pode ser enviado: {_onde(estranhas, texto)}"
        limpo = limpar(texto, escrita)
        if not limpo:
            return "AUSENTE", "não informado: preencha"
        if self.padrao and not re.fullmatch(self.padrao, limpo):
            # Before the size: nobody can shorten a CNPJ that was written with its mask.
            return "FORMATO", f"valor fora do padrão: {self.dica or 'confira o código'}"
        if len(limpo) > self.maximo:
            excesso = f"tem {len(limpo)} caracteres e o padrão aceita {self.maximo}"
            return "TAMANHO", f"{excesso}: {self.dica or 'abrevie'}"
        return None


@dataclass(frozen=True, slots=True)
class Inteiro:
    """A whole number from 1 on."""

    maximo: int

    def na_versao(self, versao: str) -> Inteiro:
        """Return the type as it was in a version."""
        return self

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{{valor}:.0f}}"

    def ler(self, texto: str) -> Decimal | None:
        """Return what a text says, None when it is no number."""
        return _decimal(texto)

    def queixa(self, valor: object, escrita: Escrita) -> Queixa | None:
        """Return (code, what to do) for a value that cannot be sent."""
        numero = Decimal(str(valor))
        if numero != numero.to_integral_value() or not 1 <= numero <= self.maximo:
            return "FORMATO", f"tem de ser um número inteiro de 1 a {self.maximo}"
        return None


@dataclass(frozen=True, slots=True)
class Sequencial(Inteiro):
    """A whole number that counts, read as such."""

    def ler(self, texto: str) -> int | None:  # type: ignore[override]
        """Return what a text says, None when it is no whole number."""
        numero = _decimal(texto)
        # 1E+999999999 is a number too, and would take all memory to write out.
        if numero is None or not -ABSURDO < numero < ABSURDO:
            return None
        return int(numero) if numero == int(numero) else None


@dataclass(frozen=True, slots=True)
class Decimais:
    """A number with a fixed number of decimals.

    The limit is ours: totalDigits of the XSD ignores trailing zeros. casas: decimals written.
    """

    maximo: Decimal
    casas: int = 2
    antes: tuple[str, Decimais] | None = None

    def na_versao(self, versao: str) -> Decimais:
        """Return the type as it was in a version."""
        return self.antes[1] if self.antes and versao < self.antes[0] else self

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{{valor}:.{self.casas}f}}"

    def ler(self, texto: str) -> Decimal | None:
        """Return what a text says, None when it is no number."""
        return _decimal(texto)

    def atalho(self, valor: str) -> str:
        """Return the source of a test that only passes what can be sent, quicker than asking.

        Prices differ from guia to guia: remembering them saves little.
        """
        limite = int(self.maximo) + 1
        dentro = f"type({valor}) is Decimal and 0 <= {valor} < {limite}"
        return f"{dentro} and {valor} == round({valor}, {self.casas})"

    def queixa(self, valor: object, escrita: Escrita) -> Queixa | None:
        """Return (code, what to do) for a value that cannot be sent."""
        numero = valor if type(valor) is Decimal else Decimal(str(valor))
        if not 0 <= numero <= self.maximo:
            return "FORMATO", f"tem de estar entre 0 e {self.maximo}"
        if numero != round(numero, self.casas):
            # The writer would round it without a word.
            casas = {2: "duas", 4: "quatro"}[self.casas]
            return "FORMATO", f"tem mais de {casas} casas decimais: corrija"
        return None


@dataclass(frozen=True, slots=True)
class Data:
    """An xs:date, without time zone."""

    def na_versao(self, versao: str) -> Data:
        """Return the type as it was in a version."""
        return self

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{{valor}.isoformat()}}"

    def ler(self, texto: str) -> date | None:
        """Return what a text says, None when it is no date; a time zone is passed over."""
        try:
            return date.fromisoformat(texto[:10])
        except ValueError:
            return None

    def queixa(self, valor: object, escrita: Escrita) -> Queixa | None:
        """Return (code, what to do) for a value that cannot be sent."""
        # A datetime, which is a date too, would be written with its time.
        if type(valor) is date and 1900 <= valor.year <= 2999:
            return None
        return "FORMATO", "data impossível: corrija"


@dataclass(frozen=True, slots=True)
class Hora:
    """An xs:time, without time zone and fractions."""

    def na_versao(self, versao: str) -> Hora:
        """Return the type as it was in a version."""
        return self

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{{valor}:%H:%M:%S}}"

    def ler(self, texto: str) -> time | None:
        """Return what a text says, None when it is no time of day."""
        try:
            return time.fromisoformat(texto[:8])
        except ValueError:
            return None

    def queixa(self, valor: object, escrita: Escrita) -> Queixa | None:
        """Return (code, what to do) for a value that cannot be sent."""
        # The writer would drop a time zone without a word.
        if isinstance(valor, time) and valor.tzinfo is None:
            return None
        return "FORMATO", "hora impossível: corrija"


@dataclass(frozen=True, slots=True)
class Logico:
    """An xs:boolean: true or false, where the rest of the standard says S or N."""

    def na_versao(self, versao: str) -> Logico:
        """Return the type as it was in a version."""
        return self

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f'{{"true" if {valor} else "false"}}'

    def ler(self, texto: str) -> bool | None:
        """Return what a text says, None when it is neither."""
        return {"true": True, "1": True, "false": False, "0": False}.get(texto)

    def queixa(self, valor: object, escrita: Escrita) -> Queixa | None:
        """Return (code, what to do) for a value that cannot be sent."""
        return None if isinstance(valor, bool) else ("FORMATO", "tem de ser sim ou não")


@dataclass(frozen=True, slots=True)
class Base64:
    """An xs:base64Binary, which upper case would destroy: written as it is."""

    def na_versao(self, versao: str) -> Base64:
        """Return the type as it was in a version."""
        return self

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{{valor}}}"

    def ler(self, texto: str) -> str | None:
        """Return what a text says, None when it says nothing."""
        return texto or None

    def queixa(self, valor: object, escrita: Escrita) -> Queixa | None:
        """Return (code, what to do) for a value that cannot be sent."""
        texto = str(valor)
        try:
            # Written again: bits beyond the last byte are ignored by a decoder, not by the XSD.
            correto = b64encode(b64decode(texto, validate=True)).decode() == texto
        except (binascii.Error, ValueError):
            correto = False
        return None if correto else ("FORMATO", "tem de estar em base64")


Tipo = Texto | Inteiro | Decimais | Data | Hora | Logico | Base64


class Valores(dict[object, bool]):
    """Value -> whether it can be sent as a type; asked once per distinct value.

    One per type and lote, so that nothing of a patient outlives it.
    """

    def __init__(self, tipo: Tipo, escrita: Escrita) -> None:
        super().__init__({None: False, "": False})
        self._tipo = tipo
        self._escrita = escrita

    def __missing__(self, valor: object) -> bool:
        # True == 1 and "1" != 1: one type per dict keeps values of one kind only.
        self[valor] = pode = self._tipo.queixa(valor, self._escrita) is None
        return pode


def _onde(estranhas: str, texto: str) -> str:
    """Say where the first of them stands, and its name: a text may be of a patient, not quoted."""
    letra = estranhas[0]
    posicao = unicodedata.normalize("NFC", texto).index(letra) + 1
    nome = unicodedata.name(letra, f"U+{ord(letra):04X}")
    return f"caractere na posição {posicao} ({nome}){' e outros' if len(estranhas) > 1 else ''}"


def _decimal(texto: str) -> Decimal | None:
    # No exponents, as in xs:decimal: the integer of 1e999999999 would take all memory.
    return Decimal(texto) if _NUMERO.fullmatch(texto) else None
