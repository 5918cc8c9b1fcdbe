"""The SOAP conversation with the operadora of one contrato."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tiss.clients.cliente import ClienteHttp
from tiss.clients.envelope import envelope
from tiss.domain.cadastro import Operacao
from tiss.domain.canal import Canal
from tiss.domain.requisicao import Requisicao
from tiss.messages.mensagem import Mensagem


class ClienteSoap(ClienteHttp):
    """Wraps messages in the envelope of their operation."""

    __slots__ = ()
    canal: ClassVar[Canal] = Canal.SOAP

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
