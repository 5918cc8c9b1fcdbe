"""Values that PostgreSQL holds and Python cannot, read as something that is seen to be wrong."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from psycopg import DataError
from psycopg.abc import Buffer
from psycopg.types.datetime import DateLoader

# Digits. Python refuses to read far longer ones, and no field of the standard takes these.
_MAXIMO_INTEIRO = 18
_ESTRANHO = r"\ufffd"
# Every escape of a JSON text, one after another: pairs of surrogates and all others that are fine,
# or a NUL or half a pair, which no text of ours can hold.
_ESCAPES = re.compile(
    r"(?P<bom>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\(?!u0000|u[dD][89a-fA-F]).)"
    r"|\\u[0-9a-fA-F]{4}"
)


class DataTolerante(DateLoader):
    """Reads a date; one before year 1 or after 9999, or infinite, is the text of PostgreSQL."""

    def load(self, data: Buffer) -> date | str:  # type: ignore[override]
        """Return the date, or the text that stands for what cannot be one."""
        try:
            return super().load(data)
        except DataError:
            return bytes(data).decode()


def ler_json(dados: str | bytes) -> Any:  # noqa: ANN401  JSON
    """Return a JSON value of PostgreSQL. Raises nothing.

    A very long whole number is its text; NUL and half a surrogate pair are U+FFFD, which no message
    can hold; what is nested too deep is the text of all of it.
    """
    texto = dados if isinstance(dados, str) else dados.decode()
    if "\\u" in texto:
        texto = _ESCAPES.sub(lambda escape: escape["bom"] or _ESTRANHO, texto)
    try:
        return json.loads(texto, parse_int=_inteiro)
    except RecursionError:
        return texto


def _inteiro(texto: str) -> int | str:
    return int(texto) if len(texto) <= _MAXIMO_INTEIRO else texto
