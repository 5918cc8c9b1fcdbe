"""The SOAP conversation with the operadora of one contrato."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from tiss.clients import transporte
from tiss.clients.credencial import Credencial
from tiss.clients.envelope import envelope
from tiss.clients.transporte import Apresentacao, Rota
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import Entrega
from tiss.messages.mensagem import Assinar, Mensagem


@dataclass(frozen=True, slots=True, kw_only=True)
class ClienteSoap:
    """Sends the messages of one contrato; knows nothing of lotes, states or retries.

    assinar: signs what leaves; None where the operadora does not want it.
    """

    canal: ClassVar[Canal] = Canal.SOAP
    contrato: Contrato
    credencial: Credencial
    rota: Rota = field(repr=False)
    assinar: Assinar | None = field(default=None, repr=False)

    def com_token(self, valor: str) -> Self:
        """Return the same client, authorised by a token."""
        return replace(self, credencial=self.credencial.com_token(valor))

    def requisicao(
        self, operacao: Operacao, mensagem: Mensagem, campos: Mapping[str, str]
    ) -> Requisicao:
        """Return the complete request: with login, hash and signature, in its envelope.

        campos: not used, in SOAP everything is in the message. Raises MensagemError if the XSD
        refuses it, LookupError for an operation that the contrato does not offer.
        """
        contrato = self.contrato
        corpo = mensagem.ws(
            self.credencial.login,
            escrita_hash=contrato.escrita_hash,
            codificacao=contrato.codificacao_envio,
            assinar=self.assinar,
        )
        em_volta = envelope(operacao, contrato.versao_tiss, contrato.codificacao_envio)
        autorizacao = self.credencial.prova.autorizacao
        return Requisicao(
            url=contrato.url(operacao),
            dados=em_volta.com(corpo),
            cabecalhos=em_volta.cabecalhos
            | ({"Authorization": autorizacao} if autorizacao is not None else {}),
        )

    def apresentar(self, operacao: Operacao, *, ate: float) -> Apresentacao | Entrega | None:
        """Return what the server of an operation shows; see `transporte.apresentar`."""
        url = self.contrato.url(operacao, self.canal)
        return transporte.apresentar(url, self.rota, ate=ate)

    def trocar(self, requisicao: Requisicao, *, ate: float) -> Entrega:
        """Send a request once; ate: when the attempt ends, by `transporte.agora`."""
        return transporte.trocar(requisicao, self.rota, ate=ate)
