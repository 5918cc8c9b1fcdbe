"""Answers spoilt on demand: what is sent in place of what the operadora meant to say. Pure."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from lxml import etree

from .escrita import XML_UTF8, fault_soap12
from .falhas import Falha, Nome
from .mensagem import ENVELOPE, ENVELOPE_12
from .pedido import Resposta

HTML = (
    b"<!DOCTYPE html><html><body><h1>Servi\xc3\xa7o em manuten\xc3\xa7\xc3\xa3o</h1></body></html>"
)
# Makes sure that a wrong encoding shows: most answers have no accent
_ACENTOS = "<!-- operação concluída -->"


def estragar(resposta: Resposta, falha: Falha | None, caminho: str) -> Resposta:
    """Return what is sent in place of an answer, the answer itself for most faults.

    caminho: of the request, for an answer that sends the prestador elsewhere.
    """
    if falha is None:
        return resposta
    if falha.falha.startswith("http_"):
        return _so_status(resposta, int(falha.falha.removeprefix("http_")))
    if falha.falha is Nome.REDIRECIONA:
        return replace(_so_status(resposta, 302), cabecalhos={"Location": f"{caminho}/mudou"})
    estrago = _ESTRAGOS.get(falha.falha)
    return resposta if estrago is None else estrago(resposta)


def _so_status(resposta: Resposta, status: int) -> Resposta:
    return replace(
        resposta,
        status=status,
        corpo=f"Erro {status}\n".encode(),
        tipo="text/plain; charset=utf-8",
        cabecalhos={"WWW-Authenticate": 'Basic realm="TISS"'} if status == 401 else {},
    )


def _token_recusado(resposta: Resposta) -> Resposta:
    desafio = {"WWW-Authenticate": 'Bearer realm="TISS", error="invalid_token"'}
    return replace(_so_status(resposta, 401), cabecalhos=desafio)


def _html(resposta: Resposta) -> Resposta:
    return replace(resposta, status=200, corpo=HTML, tipo="text/html; charset=utf-8")


def _codificacao_errada(resposta: Resposta) -> Resposta:
    declaracao = XML_UTF8.replace("UTF-8", "ISO-8859-1")
    corpo = resposta.corpo.replace(XML_UTF8.encode(), f"{declaracao}{_ACENTOS}".encode(), 1)
    return replace(resposta, corpo=corpo, tipo="text/xml; charset=ISO-8859-1")


def _fault_qualificado(resposta: Resposta) -> Resposta:
    """Put the parts of a fault into the namespace of the envelope; SOAP 1.1 has them in none."""
    corpo = resposta.corpo
    for nome in (b"faultcode", b"faultstring", b"detail"):
        corpo = corpo.replace(b"<%b>" % nome, b"<soapenv:%b>" % nome)
        corpo = corpo.replace(b"</%b>" % nome, b"</soapenv:%b>" % nome)
    return replace(resposta, corpo=corpo)


def _soap12(resposta: Resposta) -> Resposta:
    if ENVELOPE.encode() not in resposta.corpo:
        return resposta
    fault = etree.fromstring(resposta.corpo).find(f"{{{ENVELOPE}}}Body/{{{ENVELOPE}}}Fault")
    if fault is None:
        corpo = resposta.corpo.replace(ENVELOPE.encode(), ENVELOPE_12.encode())
    else:
        detalhe = "".join(
            etree.tostring(parte, encoding="unicode") for parte in fault.iterfind("detail/*")
        )
        codigo, texto = fault.findtext("faultcode") or "", fault.findtext("faultstring") or ""
        corpo = fault_soap12(codigo.rpartition(":")[2], texto, detalhe)
    return replace(resposta, corpo=corpo, tipo="application/soap+xml; charset=utf-8")


def _gzip(resposta: Resposta) -> Resposta:
    return replace(
        resposta,
        corpo=gzip.compress(resposta.corpo, mtime=0),
        cabecalhos={**resposta.cabecalhos, "Content-Encoding": "gzip"},
    )


_ESTRAGOS: Mapping[Nome, Callable[[Resposta], Resposta]] = MappingProxyType(
    {
        Nome.TOKEN_RECUSADO: _token_recusado,
        Nome.HTML: _html,
        Nome.CODIFICACAO_ERRADA: _codificacao_errada,
        Nome.FAULT_QUALIFICADO: _fault_qualificado,
        Nome.SOAP12: _soap12,
        Nome.GZIP: _gzip,
        Nome.GZIP_CORTADO: _gzip,
    }
)
