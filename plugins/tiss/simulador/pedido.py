"""One request for a web service, and its answer, as they pass from the door to the back office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .config import Operadora
from .operacoes import Operacao
from .recusas import Recusa

XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pedido:
    """One request for a web service.

    cabecalhos: those of HTTP, by name in lower case. certificado: the common name in the client's
    certificate, None without one. forcado: a refusal asked for by an admin;
    outro_lote: the answer is to be about another one.
    """

    operadora: Operadora
    operacao: Operacao
    cabecalhos: Mapping[str, str]
    certificado: str | None
    corpo: bytes
    forcado: Recusa | None = None
    outro_lote: bool = False

    @property
    def autorizacao(self) -> str:
        """The Authorization header, empty without one."""
        return self.cabecalhos.get("authorization", "")

    @property
    def content_type(self) -> str:
        """The Content-Type header, empty without one."""
        return self.cabecalhos.get("content-type", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resposta:
    """One answer; desfecho names it in the reports."""

    status: int
    corpo: bytes
    desfecho: str
    tipo: str = XML
    cabecalhos: Mapping[str, str] = field(default_factory=dict)
