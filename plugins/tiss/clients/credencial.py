"""What proves to an operadora who asks. A client uses it and never asks which kind it is."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from tiss.domain.requisicao import Cifra, Token
from tiss.messages.mensagem import Login


class Emissor(Protocol):
    """Gets tokens."""

    @property
    def renovacao(self) -> str | None:
        """The refresh token that a person typed in the connection."""

    def emitir(self, renovacao: str | None) -> Token:
        """Return a new token. Raises AutorizacaoError when none came.

        renovacao: the last refresh token that the operadora gave, if any.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Prova:
    """What goes with a request. autorizacao: the Authorization header; token: what is in it."""

    autorizacao: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @classmethod
    def basica(cls, usuario: str, senha: str) -> Self:
        """Return the proof of RFC 7617; accents as UTF-8, which is what servers expect today."""
        par = base64.b64encode(f"{usuario}:{senha}".encode()).decode()
        return cls(autorizacao=f"Basic {par}")

    @classmethod
    def portador(cls, token: str) -> Self:
        """Return the proof of RFC 6750."""
        return cls(autorizacao=f"Bearer {token}", token=token)


NENHUMA = Prova()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credencial:
    """What a connection holds, ready to use; it prints none of it.

    prova: what goes with each request. login: what enters the cabecalho, None when the contrato
    does not send it. impressao: keyed digest of the connection, to notice that it changed.
    emissor: gets tokens, None when none is needed; cifra: for tokens that are stored, present when
    emissor is.
    """

    prova: Prova = field(default=NENHUMA, repr=False)
    login: Login | None = None
    impressao: str | None = field(default=None, repr=False)
    emissor: Emissor | None = field(default=None, repr=False)
    cifra: Cifra | None = field(default=None, repr=False)

    def com_token(self, valor: str) -> Self:
        """Return the same credential, authorised by a token."""
        return replace(self, prova=Prova.portador(valor))
