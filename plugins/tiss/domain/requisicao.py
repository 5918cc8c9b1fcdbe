"""What is about to leave for an operadora, and the pass that it may need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisicao:
    """One request, complete: what will leave and where to. It holds patients and a credential.

    dados: before any compression. cabecalhos: with the credential in them; only dados belong in
    the audit trail, with the password masked.
    """

    url: str = field(repr=False)
    dados: bytes = field(repr=False)
    cabecalhos: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What an operadora gave for a credential.

    segundos: how long it is good for, from now. renovacao: a new refresh token, when one came.
    """

    valor: str = field(repr=False)
    segundos: float
    renovacao: str | None = field(default=None, repr=False)


class Cifra(Protocol):
    """Encrypts what is stored of a credential."""

    def encrypt(self, data: bytes) -> bytes:
        """Return it under the key of this installation."""

    def decrypt(self, token: bytes) -> bytes:
        """Return what was encrypted under this key, or under one that it replaces."""
