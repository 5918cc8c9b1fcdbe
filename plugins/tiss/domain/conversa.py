"""What goes to an operadora: a request, and what proves who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tiss.domain.retorno import Entrega
from tiss.errors import TissError


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisicao:
    """One request, complete: the bytes that will leave, and where to."""

    url: str = field(repr=False)
    dados: bytes = field(repr=False)
    cabecalhos: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What an operadora gave for a secret. segundos: how long it is good for, from now.

    renovacao: a new refresh token, None when the old one stays.
    """

    valor: str = field(repr=False)
    segundos: float
    renovacao: str | None = field(default=None, repr=False)


class AutorizacaoError(TissError):
    """The operadora gave no token; `.entrega` says how it went."""

    def __init__(self, mensagem: str, *, entrega: Entrega) -> None:
        super().__init__(mensagem)
        self.entrega = entrega
