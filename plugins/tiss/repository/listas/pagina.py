"""A page of a list, and where the next one and the one before begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tiss.errors import ConfigError

Linha = TypeVar("Linha")
CURSOR_ALHEIO = "O cursor da página não é um que a lista deu: recomece da primeira."
_CURSOR = re.compile(r"[<>][^\x00]+")
_ID = re.compile(r"[0-9]{1,19}")
_MAIOR_ID = 2**63 - 1  # bigint
# Rows of what is read to its end, in pages.
_DE_CADA_VEZ = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorte:
    """Which page: cursor as a page before gave it, None: the first. limite: rows, 1 to 100."""

    cursor: str | None = None
    limite: int = 50

    @classmethod
    def seguinte(cls, chave: object | None) -> Recorte:
        """Return the next piece of a list that is read to its end; chave: its last row so far."""
        return cls(cursor=None if chave is None else f">{chave}", limite=_DE_CADA_VEZ)

    @property
    def chave(self) -> str | None:
        """The row that it begins at, None: at the start."""
        return self.cursor[1:] if self.cursor else None

    @property
    def chave_id(self) -> int | None:
        """The row that it begins at, in a list by id. Raises ConfigError for what is no id."""
        if self.chave is None:
            return None
        if not _ID.fullmatch(self.chave) or int(self.chave) > _MAIOR_ID:
            raise ConfigError(CURSOR_ALHEIO)
        return int(self.chave)

    @property
    def subindo(self) -> bool:
        """Whether it is the page before that row, not the one after."""
        return bool(self.cursor) and str(self.cursor)[0] == "<"

    def __post_init__(self) -> None:
        if self.cursor and not _CURSOR.fullmatch(self.cursor):
            raise ConfigError(CURSOR_ALHEIO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagina(Generic[Linha]):
    """Rows in the order of the list. anterior, proxima: cursors, None where nothing is there.

    total: rows of all pages, None: many, which were not counted.
    """

    itens: Sequence[Linha]
    total: int | None
    anterior: str | None
    proxima: str | None


def paginar(
    lidas: Sequence[Linha], recorte: Recorte, chave: Callable[[Linha], object], total: int | None
) -> Pagina[Linha]:
    """Make a page of the rows that were read: up to one more than it holds, in the list's order.

    total: None when it was not counted to the end.
    """
    ha_mais = len(lidas) > recorte.limite
    if recorte.subindo:
        itens = lidas[1:] if ha_mais else lidas
        ha_antes, ha_depois = ha_mais, True
    else:
        itens = lidas[: recorte.limite]
        ha_antes, ha_depois = recorte.cursor is not None, ha_mais
    return Pagina(
        itens=itens,
        total=total,
        anterior=f"<{chave(itens[0])}" if itens and ha_antes else None,
        proxima=f">{chave(itens[-1])}" if itens and ha_depois else None,
    )
