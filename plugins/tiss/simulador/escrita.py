"""Writes a TISS message element by element, keeping the text that its hash covers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from xml.sax.saxutils import escape, unescape

from lxml import etree

from tiss.settings import ENCODING, NAMESPACE

from .mensagem import ENVELOPE, ENVELOPE_12, md5
from .operacoes import Operacao

# A raw CR would reach the reader as LF
_CR, _CR_ESCRITO = {"\r": "&#13;"}, {"&#13;": "\r"}
_VALOR = re.compile(r"<ans:[\w-]+>([^<]+)<")
_NUMERO_LOTE = re.compile(r"(<ans:numeroLote>)([^<]+)(<)")
XML_UTF8 = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Mensagem:
    """A complete answer, not yet in any form. cabecalho, corpo: XML; the latter without its root.

    The hash is of the values alone, so that it is the same in every form.
    """

    operacao: Operacao
    cabecalho: str
    corpo: str
    hash: str

    def com_outro_lote(self) -> Mensagem:
        """Return the same answer about a lote with another number, if it is about one at all."""
        corpo = _NUMERO_LOTE.sub(lambda n: n[1] + _vizinho(n[2]) + n[3], self.corpo)
        valores = "".join(unescape(v, _CR_ESCRITO) for v in _VALOR.findall(self.cabecalho + corpo))
        return replace(self, corpo=corpo, hash=md5(valores))

    def soap(self) -> bytes:
        """Return it as *WS in a SOAP envelope, as UTF-8."""
        return envelopar(self._ws())

    def ws(self) -> bytes:
        """Return it as *WS, as UTF-8."""
        return f"{XML_UTF8}{self._ws()}".encode()

    def arquivo(self) -> bytes:
        """Return it as mensagemTISS, in the encoding of the standard."""
        corpo = self.corpo
        for no_ws, no_arquivo in self.operacao.trocas_no_arquivo:
            abre, fecha = f"<ans:{no_ws}>", f"</ans:{no_ws}>"
            if corpo.startswith(abre):
                miolo = corpo.removeprefix(abre).removesuffix(fecha)
                corpo = f"<ans:{no_arquivo}>{miolo}</ans:{no_arquivo}>"
        nome = self.operacao.arquivo_resposta
        return (
            f'<?xml version="1.0" encoding="{ENCODING}"?>'
            f'<ans:mensagemTISS xmlns:ans="{NAMESPACE}">{self.cabecalho}'
            f"<ans:operadoraParaPrestador><ans:{nome}>{corpo}</ans:{nome}>"
            f"</ans:operadoraParaPrestador><ans:epilogo><ans:hash>{self.hash}</ans:hash>"
            "</ans:epilogo></ans:mensagemTISS>"
        ).encode(ENCODING, "xmlcharrefreplace")

    def _ws(self) -> str:
        raiz, nome = self.operacao.raiz_resposta, self.operacao.corpo_resposta
        return (
            f'<ans:{raiz} xmlns:ans="{NAMESPACE}">{self.cabecalho}'
            f"<ans:{nome}>{self.corpo}</ans:{nome}><ans:hash>{self.hash}</ans:hash></ans:{raiz}>"
        )


def _vizinho(numero: str) -> str:
    return numero[:-1] + ("1" if numero.endswith("0") else "0")


class Escritor:
    """An XML message in the making; elements come out in the order of the calls."""

    def __init__(self) -> None:
        self._xml: list[str] = []
        self._valores: list[str] = []
        self._corpo = 0

    def folha(self, nome: str, valor: str) -> None:
        """Write an element that holds a value."""
        # A raw CR would reach the reader as LF, and its hash would differ from ours
        self._xml.append(f"<ans:{nome}>{escape(valor, _CR)}</ans:{nome}>")
        self._valores.append(valor)

    def opcional(self, nome: str, valor: str | None) -> None:
        """Write an element only if there is a value: TISS knows no empty elements."""
        if valor:
            self.folha(nome, valor)

    def dinheiro(self, nome: str, valor: Decimal) -> None:
        """Write an amount in reais, with two decimals."""
        self.folha(nome, f"{valor:.2f}")

    @contextmanager
    def grupo(self, nome: str) -> Iterator[None]:
        """Open an element for the elements written inside the `with`."""
        self._xml.append(f"<ans:{nome}>")
        yield
        self._xml.append(f"</ans:{nome}>")

    def copiar(self, elemento: etree._Element) -> None:
        """Write an element of a request, with all that is in it."""
        nome = etree.QName(elemento).localname
        if len(elemento) == 0:
            self.folha(nome, elemento.text or "")
            return
        with self.grupo(nome):
            for parte in elemento:
                self.copiar(parte)

    def comecar_corpo(self) -> None:
        """End the cabecalho: what is written from here on is the body."""
        self._corpo = len(self._xml)

    def mensagem(self, operacao: Operacao) -> Mensagem:
        """Return everything written so far as the answer of an operation."""
        return Mensagem(
            operacao=operacao,
            cabecalho="".join(self._xml[: self._corpo]),
            corpo="".join(self._xml[self._corpo :]),
            hash=md5("".join(self._valores)),
        )


def envelopar(conteudo: str) -> bytes:
    """Return XML inside a SOAP 1.1 envelope, as UTF-8."""
    return (
        f'{XML_UTF8}<soapenv:Envelope xmlns:soapenv="{ENVELOPE}"><soapenv:Body>'
        f"{conteudo}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def fault_soap(codigo: str, texto: str, detalhe: str = "") -> bytes:
    """Return a SOAP fault; detalhe: XML for its detail."""
    return envelopar(
        f"<soapenv:Fault><faultcode>soapenv:{codigo}</faultcode>"
        f"<faultstring>{escape(texto)}</faultstring>{detalhe}</soapenv:Fault>"
    )


def fault_tiss(codigo: str, texto: str) -> bytes:
    """Return the SOAP fault of the standard; codigo: one of the seven of st_tissFault."""
    return fault_soap(
        "Server",
        texto,
        f'<detail><ans:tissFaultWS xmlns:ans="{NAMESPACE}">'
        f"<ans:tissFault>{codigo}</ans:tissFault></ans:tissFaultWS></detail>",
    )


def fault_soap12(codigo: str, texto: str, detalhe: str) -> bytes:
    """Return a fault in a SOAP 1.2 envelope, as UTF-8.

    codigo: the one of SOAP 1.1; detalhe: XML for its detail, empty for none.
    """
    codigo = {"Client": "Sender", "Server": "Receiver"}.get(codigo, codigo)
    if detalhe:
        detalhe = f"<env:Detail>{detalhe}</env:Detail>"
    return (
        f'{XML_UTF8}<env:Envelope xmlns:env="{ENVELOPE_12}"><env:Body><env:Fault>'
        f"<env:Code><env:Value>env:{codigo}</env:Value></env:Code>"
        f'<env:Reason><env:Text xml:lang="pt-BR">{escape(texto)}</env:Text></env:Reason>'
        f"{detalhe}</env:Fault></env:Body></env:Envelope>"
    ).encode()
