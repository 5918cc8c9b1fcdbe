"""The SOAP conversation with the operadora of one contrato."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from requests.auth import AuthBase

from tiss.clients import transporte
from tiss.clients.envelope import envelope
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.conversa import Requisicao
from tiss.domain.retorno import Entrega
from tiss.messages.mensagem import Login, Mensagem


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
    emissor: Any = None
    cifra: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClienteSoap:
    """Sends the messages of one contrato; knows nothing of lotes, states or retries."""

    contrato: Contrato
    credencial: Credencial

    canal: Canal = Canal.SOAP

    def com_token(self, valor: str) -> Self:
        """Return the same client, authorised by a token."""
        raise NotImplementedError(valor)

    def requisicao(
        self, operacao: Operacao, mensagem: Mensagem, campos: Mapping[str, str]
    ) -> Requisicao:
        """Return the complete request: the bytes that will leave."""
        soap = envelope(operacao, self.contrato.versao_tiss)
        return Requisicao(
            url=self.contrato.url(operacao),
            dados=soap.com(mensagem.ws(self.credencial.login)),
            cabecalhos=soap.cabecalhos,
        )

    def trocar(self, requisicao: Requisicao, *, ate: float) -> Entrega:
        """Send a request once; ate: when the attempt ends, by `transporte.agora`."""
        return transporte.trocar(
            requisicao.url,
            requisicao.dados,
            cabecalhos=requisicao.cabecalhos,
            auth=self.credencial.auth,
            segundos_conexao=self.contrato.segundos_conexao,
            segundos_resposta=self.contrato.segundos_resposta,
            ate=ate,
        )
