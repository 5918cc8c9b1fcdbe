"""Lists as CSV for a spreadsheet in Brazil: UTF-8 with BOM, `;`, decimal comma."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from fastapi.responses import StreamingResponse

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def responder(nome: str, colunas: Mapping[str, str], linhas: Iterable[object]) -> StreamingResponse:
    """Return rows as a file to keep. colunas: attribute of a row -> heading."""
    return StreamingResponse(
        escrever(colunas, linhas),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{nome}.csv"'},
    )


def escrever(colunas: Mapping[str, str], linhas: Iterable[object]) -> Iterator[str]:
    """Yield the lines of the file, headings first."""
    yield "\ufeff" + _linha(colunas.values())
    for linha in linhas:
        yield _linha(_celula(getattr(linha, coluna)) for coluna in colunas)


def _linha(celulas: Iterable[str]) -> str:
    feita = io.StringIO()
    csv.writer(feita, delimiter=";").writerow(celulas)
    return feita.getvalue()


def _celula(valor: object) -> str:
    match valor:
        case None:
            return ""
        case Decimal():
            return str(valor).replace(".", ",")
        case date():
            return f"{valor:%d/%m/%Y}"
        case str() if valor.startswith(_FORMULA):
            return f"'{valor}"
    return str(valor)
