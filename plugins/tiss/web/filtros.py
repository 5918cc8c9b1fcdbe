"""What may follow the question mark of an address, the same for the API and the screens."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from tiss.domain.estados import StatusLote
from tiss.repository.listas.lotes import FiltroDeLotes
from tiss.repository.listas.pagina import Recorte

Operadoras = Annotated[
    list[Annotated[str, Query(pattern=r"^[0-9]{6}$")]],
    Query(description="Registros ANS; nenhum: todas."),
]
Desde = Annotated[date | None, Query(description="Primeiro dia, inclusive.")]
Ate = Annotated[date | None, Query(description="Último dia, inclusive.")]


def _recorte(
    cursor: Annotated[
        str | None,
        Query(description="Como a página anterior o deu.", pattern=r"^[<>]\S{1,200}$"),
    ] = None,
    limite: Annotated[int, Query(ge=1, le=100, description="Linhas por página.")] = 50,
) -> Recorte:
    return Recorte(cursor=cursor, limite=limite)


RecorteDep = Annotated[Recorte, Depends(_recorte)]


def _filtro_de_lotes(
    status: Annotated[list[StatusLote] | None, Query(description="Nenhum: todos.")] = None,
    operadora: Operadoras = [],  # noqa: B006  FastAPI copies it
    desde: Desde = None,
    ate: Ate = None,
    busca: Annotated[
        str | None, Query(max_length=12, description="Começo do número do lote ou do protocolo.")
    ] = None,
) -> FiltroDeLotes:
    return FiltroDeLotes(
        status=[str(um) for um in status or ()],
        operadoras=operadora,
        desde=desde,
        ate=ate,
        busca=busca,
    )


FiltroDeLotesDep = Annotated[FiltroDeLotes, Depends(_filtro_de_lotes)]
