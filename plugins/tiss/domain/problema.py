"""What is wrong with a guia or a message, in a form that people and programs can use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# Two of five characters still identify nobody.
_CURTO = 4


class Gravidade(StrEnum):
    """What a problem does: an ERRO keeps a guia from leaving, an AVISO is told and lets it go."""

    ERRO = "erro"
    AVISO = "aviso"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problema:
    """One thing to fix, or to know, about a guia or a message.

    codigo: stable, for filters and statistics. guia: its numeroGuiaPrestador, None when the
    problem is of the whole message. item: sequencialItem. caminho: path of the element, from inside
    the guia or from the root of the message. valor: what stands there, masked when personal, None
    when absent. mensagem: Portuguese, says what to do, quotes nothing personal. glosa_provavel:
    code of Tabela 38 that an operadora answers to this, None when none is usual.
    """

    codigo: str
    caminho: str
    mensagem: str
    gravidade: Gravidade = Gravidade.ERRO
    guia: str | None = None
    item: int | None = None
    valor: str | None = None
    glosa_provavel: str | None = None

    def __str__(self) -> str:
        return f"{self.caminho}: {self.mensagem}"


def mascarar(valor: str) -> str:
    """Return a personal value as it may be told: its last two characters, if there are more."""
    return f"***{valor[-2:]}" if len(valor) > _CURTO else "***"
