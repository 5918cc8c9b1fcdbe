"""How messages travel: in a SOAP envelope, or by REST as XML or inside JSON."""

from __future__ import annotations

import base64
import json
from typing import Protocol

from lxml import etree

from . import mensagem
from .config import CorpoRest, RespostaRest
from .escrita import Mensagem, fault_soap, fault_tiss
from .pedido import Pedido, Resposta
from .recusas import FaultSoap, FaultTiss, Recusa, RecusaHttp


class Formato(Protocol):
    """One way for messages to travel. What a service does is the same in all of them."""

    def abrir(self, pedido: Pedido) -> etree._Element:
        """Return the *WS message in a request, valid by the XSD. Raises Recusa."""

    def escrever(self, pedido: Pedido, resposta: Mensagem, desfecho: str) -> Resposta:
        """Return an answer to a request."""

    def recusar(self, recusa: Recusa) -> Resposta:
        """Return the answer to a request that is refused before its content is looked at."""


class Soap:
    """SOAP 1.1: refusals are faults."""

    def abrir(self, pedido: Pedido) -> etree._Element:
        """Return the message in an envelope."""
        if not pedido.content_type.lower().startswith("text/xml"):
            raise RecusaHttp(415, "SOAP 1.1 exige Content-Type text/xml")
        raiz = mensagem.abrir_envelope(
            pedido.corpo, pedido.content_type, pedido.operacao.raiz_pedido
        )
        mensagem.validar(raiz, pedido.operadora.versao)
        return raiz

    def escrever(self, pedido: Pedido, resposta: Mensagem, desfecho: str) -> Resposta:
        """Return an answer in an envelope."""
        return Resposta(status=200, corpo=resposta.soap(), desfecho=desfecho)

    def recusar(self, recusa: Recusa) -> Resposta:
        """Return an HTTP status alone, or a SOAP fault."""
        texto = str(recusa)
        if isinstance(recusa, RecusaHttp):
            return Resposta(
                status=recusa.status,
                corpo=f"{texto}\n".encode(),
                desfecho=recusa.desfecho,
                tipo="text/plain; charset=utf-8",
                cabecalhos=recusa.cabecalhos,
            )
        if isinstance(recusa, FaultTiss):
            corpo = fault_tiss(recusa.codigo, texto)
        else:
            codigo = recusa.codigo if isinstance(recusa, FaultSoap) else "Server"
            corpo = fault_soap(codigo, texto)
        return Resposta(status=500, corpo=corpo, desfecho=recusa.desfecho)


class Rest:
    """REST: the body of a request is the XML itself; refusals are HTTP status and JSON."""

    def abrir(self, pedido: Pedido) -> etree._Element:
        """Return the message in a body, as *WS also where it came as mensagemTISS."""
        operadora, operacao = pedido.operadora, pedido.operacao
        if not pedido.content_type.lower().startswith(operadora.content_type_rest):
            raise RecusaHttp(415, f"use Content-Type {operadora.content_type_rest}")
        if operadora.corpo_rest is CorpoRest.WS:
            raiz = mensagem.abrir_xml(pedido.corpo, pedido.content_type, operacao.raiz_pedido)
            mensagem.validar(raiz, operadora.versao)
            return raiz
        raiz = mensagem.abrir_xml(pedido.corpo, pedido.content_type, "mensagemTISS")
        mensagem.validar(raiz, operadora.versao, mensagem.ARQUIVO)
        return mensagem.como_ws(raiz, operacao)

    def escrever(self, pedido: Pedido, resposta: Mensagem, desfecho: str) -> Resposta:
        """Return an answer as the operadora's configuration has it."""
        operadora = pedido.operadora
        em_arquivo = operadora.corpo_rest is CorpoRest.ARQUIVO
        corpo = resposta.arquivo() if em_arquivo else resposta.ws()
        if operadora.resposta_rest is RespostaRest.JSON:
            texto = base64.b64encode(corpo).decode()
            return _json(200, {"hasError": False, "file": texto}, desfecho)
        return Resposta(
            status=200, corpo=corpo, desfecho=desfecho, tipo=str(operadora.content_type_rest)
        )

    def recusar(self, recusa: Recusa) -> Resposta:
        """Return an HTTP status with the reason in JSON."""
        texto, cabecalhos = str(recusa), {}
        match recusa:
            case RecusaHttp():
                status, cabecalhos = recusa.status, recusa.cabecalhos
            case FaultTiss(codigo="LoginInvalido"):
                status = 401
            case FaultTiss(codigo="ErroInesperadoServidor"):
                status = 500
            case _:
                status = 400
        if isinstance(recusa, FaultTiss):
            texto = f"{recusa.codigo}: {texto}"
        resposta = {"hasError": True, "message": texto}
        return _json(status, resposta, recusa.desfecho, cabecalhos)


def _json(
    status: int,
    campos: dict[str, object],
    desfecho: str,
    cabecalhos: dict[str, str] | None = None,
) -> Resposta:
    return Resposta(
        status=status,
        corpo=json.dumps(campos, ensure_ascii=False).encode(),
        desfecho=desfecho,
        tipo="application/json",
        cabecalhos=cabecalhos or {},
    )
