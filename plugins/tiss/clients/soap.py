"""The SOAP conversation with the operadora of one contrato."""

from __future__ import annotations

from dataclasses import dataclass

from requests.auth import AuthBase

from tiss.clients import transporte
from tiss.clients.envelope import envelope
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.retorno import Entrega
from tiss.messages.mensagem import Login


@dataclass(frozen=True, slots=True, kw_only=True)
class Credencial:
    """What a contrato's connection holds, ready to use.

    auth: how requests authenticate, None when the operadora asks for nothing.
    login: what enters the cabecalho, None when the contrato does not send it.
    impressao: keyed digest of the secret, to notice that it changed.
    """

    auth: AuthBase | None = None
    login: Login | None = None
    impressao: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClienteSoap:
    """Sends the messages of one contrato; knows nothing of lotes, states or retries."""

    contrato: Contrato
    credencial: Credencial

    def pedido(self, operacao: Operacao, corpo: bytes) -> bytes:
        """Return the complete request around a web-service root: the bytes that will leave."""
        return envelope(operacao, self.contrato.versao_tiss).com(corpo)

    def trocar(self, operacao: Operacao, pedido: bytes, *, ate: float) -> Entrega:
        """Send a request once; ate: when the attempt ends, by `transporte.agora`."""
        return transporte.trocar(
            self.contrato.url(operacao),
            pedido,
            cabecalhos=envelope(operacao, self.contrato.versao_tiss).cabecalhos,
            auth=self.credencial.auth,
            segundos_conexao=self.contrato.segundos_conexao,
            segundos_resposta=self.contrato.segundos_resposta,
            ate=ate,
        )
