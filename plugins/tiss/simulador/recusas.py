"""The ways in which an operadora refuses a request, one class per kind of answer."""

from __future__ import annotations

from tiss.errors import TissError


class Recusa(TissError):
    """Base: the request is not carried out. `.desfecho` names it in the reports."""

    desfecho = "recusa"


class RecusaHttp(Recusa):
    """Answered by the HTTP status alone."""

    def __init__(self, status: int, texto: str, cabecalhos: dict[str, str] | None = None) -> None:
        super().__init__(texto)
        self.status = status
        self.cabecalhos = cabecalhos or {}
        self.desfecho = f"http_{status}"


class FaultSoap(Recusa):
    """Answered by a plain SOAP fault: the request is not a SOAP message for this service."""

    def __init__(self, texto: str, codigo: str = "Client") -> None:
        super().__init__(texto)
        self.codigo = codigo
        self.desfecho = f"fault_soap_{codigo}"


class FaultTiss(Recusa):
    """Answered by a SOAP fault with one of the seven codes of tissFault in its detail."""

    def __init__(self, codigo: str, texto: str) -> None:
        super().__init__(texto)
        self.codigo = codigo
        self.desfecho = f"fault_{codigo}"


class RecusaNegocio(Recusa):
    """Answered by HTTP 200 and a mensagemErro with a code of Tabela 38."""

    def __init__(self, codigo: str, descricao: str) -> None:
        super().__init__(descricao)
        self.codigo = codigo
        self.descricao = descricao
        self.desfecho = f"mensagem_erro_{codigo}"
