"""Writes a TISS message element by element, keeping the text that its hash covers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from xml.sax.saxutils import escape

from tiss.settings import NAMESPACE

from .mensagem import ENVELOPE, ENVELOPE_12, md5

XML_UTF8 = '<?xml version="1.0" encoding="UTF-8"?>'


class Escritor:
    """An XML message in the making; elements come out in the order of the calls."""

    def __init__(self) -> None:
        self._xml: list[str] = []
        self._valores: list[str] = []

    def folha(self, nome: str, valor: str) -> None:
        """Write an element that holds a value."""
        # A raw CR would reach the reader as LF, and its hash would differ from ours
        self._xml.append(f"<ans:{nome}>{escape(valor, {chr(13): '&#13;'})}</ans:{nome}>")
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

    def envelope(self, raiz: str) -> bytes:
        """Return everything written so far as a hashed WS root in a SOAP envelope, as UTF-8."""
        hash_ = md5("".join(self._valores))
        conteudo = "".join(self._xml)
        return envelopar(
            f'<ans:{raiz} xmlns:ans="{NAMESPACE}">{conteudo}'
            f"<ans:hash>{hash_}</ans:hash></ans:{raiz}>"
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
