"""A list as a file for a spreadsheet of Brazil: semicolons, decimal commas, streamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from fastapi.responses import StreamingResponse

Linha = TypeVar("Linha")
Chave = TypeVar("Chave")
# Only with this do spreadsheets read accents; with a formula's first sign they would run a cell.
_MARCA = "\ufeff"
_DE_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def planilha(
    nome: str,
    cabecalho: Sequence[str],
    celulas: Callable[[Linha], Sequence[object]],
    paginas: Iterator[Sequence[Linha]],
) -> StreamingResponse:
    """Return a file that is written as it is read. nome: with its ending. celulas: of a row."""

    def escrever() -> Iterator[bytes]:
        yield _texto([cabecalho], _MARCA)
        for pagina in paginas:
            yield _texto([[_celula(valor) for valor in celulas(linha)] for linha in pagina])

    return StreamingResponse(
        escrever(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{nome}"'},
    )


def paginas(
    seguintes: Callable[[Chave | None], Sequence[Linha]], chave: Callable[[Linha], Chave]
) -> Iterator[Sequence[Linha]]:
    """Yield pages of a list to its end. seguintes: those after a key, None: the first."""
    pagina = seguintes(None)
    while pagina:
        yield pagina
        pagina = seguintes(chave(pagina[-1]))


def _texto(linhas: Sequence[Sequence[object]], comeco: str = "") -> bytes:
    saida = io.StringIO()
    saida.write(comeco)
    csv.writer(saida, delimiter=";", lineterminator="\r\n").writerows(linhas)
    return saida.getvalue().encode()


def _celula(valor: object) -> str:
    match valor:
        case None:
            return ""
        case bool():
            return "sim" if valor else "não"
        case int():
            return str(valor)
        case Decimal():
            return f"{valor:.2f}".replace(".", ",")
        case date():
            return f"{valor:%d/%m/%Y}"
    texto = str(valor)
    return f"'{texto}" if texto.startswith(_DE_FORMULA) else texto
