"""The REST conversation with the operadora of one contrato: a POST of XML, as it wants it."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import ClassVar
from urllib.parse import quote

from tiss.clients.cliente import ClienteHttp
from tiss.domain.cadastro import Operacao
from tiss.domain.canal import Canal
from tiss.domain.requisicao import Requisicao
from tiss.errors import ConfigError
from tiss.messages.mensagem import Mensagem

_ACEITA = {"XML": "application/xml, text/xml", "JSON": "application/json"}


class ClienteRest(ClienteHttp):
    """Posts messages as XML, to the addresses and with the headers of the contrato."""

    __slots__ = ()
    canal: ClassVar[Canal] = Canal.REST

    def requisicao(
        self, operacao: Operacao, mensagem: Mensagem, campos: Mapping[str, str]
    ) -> Requisicao:
        """Return the complete request: with login, hash and signature.

        campos: the values that addresses and headers may name (`tiss.domain.canal.CAMPOS`), but for
        the token. Raises ConfigError for one that is named and not given, MensagemError if the XSD
        refuses the message, LookupError for an operation that the contrato does not offer.
        """
        contrato, forma = self.contrato, self.contrato.forma_rest
        escrever = mensagem.arquivo if forma.corpo == "ARQUIVO" else mensagem.ws
        dados = escrever(
            self.credencial.login,
            escrita_hash=contrato.escrita_hash,
            codificacao=contrato.codificacao_envio,
            assinar=self.assinar,
        )
        if forma.corpo == "WS":
            # In SOAP the envelope declares it.
            dados = (
                f'<?xml version="1.0" encoding="{contrato.codificacao_envio}"?>'.encode() + dados
            )
        # Addresses end up in the logs of every server on the way: no token in them.
        no_endereco = {nome: quote(valor, safe="") for nome, valor in campos.items()}
        return Requisicao(
            url=_preencher(contrato.url(operacao, Canal.REST), no_endereco, "o endereço"),
            dados=dados,
            cabecalhos=self._cabecalhos(campos),
        )

    def _cabecalhos(self, campos: Mapping[str, str]) -> Mapping[str, str]:
        forma, prova = self.contrato.forma_rest, self.credencial.prova
        cabecalhos = {"Content-Type": forma.content_type, "Accept": _ACEITA[forma.resposta]}
        modelos = forma.cabecalhos
        if prova.autorizacao is not None and not any(map(_pede_token, modelos.values())):
            cabecalhos["Authorization"] = prova.autorizacao
        valores = dict(campos)
        if prova.token is not None:
            valores["token"] = prova.token
        for nome, modelo in modelos.items():
            # Names of headers do not tell capitals from small letters.
            for padrao in [padrao for padrao in cabecalhos if padrao.lower() == nome.lower()]:
                del cabecalhos[padrao]
            cabecalhos[nome] = _preencher(modelo, valores, f"o cabeçalho {nome}")
        return cabecalhos


def _pede_token(modelo: str) -> bool:
    return "token" in Template(modelo).get_identifiers()


def _preencher(modelo: str, valores: Mapping[str, str], onde: str) -> str:
    try:
        return Template(modelo).substitute(valores)
    except KeyError as erro:
        raise ConfigError(f"{onde} usa ${{{erro.args[0]}}}, que não existe aqui") from None
    except ValueError:
        raise ConfigError(f"{onde} tem um $ que não é de ${{campo}}: escreva $$") from None
