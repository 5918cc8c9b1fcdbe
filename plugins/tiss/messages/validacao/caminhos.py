"""Paths: from those of libxml2 to elements, and from elements to what a person reads."""

from __future__ import annotations

import re

from lxml import etree

from tiss.messages.validacao.transacoes import nome

# st_numerico4
_DIGITOS = 4
_PASSO = re.compile(r"(?:[^:/\[\]]+:)?(?P<nome>[^:/\[\]]+)(?:\[(?P<posicao>[0-9]{1,9})\])?")


def resolver(elemento: etree._Element, caminho: str) -> etree._Element | None:
    """Return the element at a path that starts with a child of `elemento`, None without one.

    Steps are local names, with or without a prefix and a position, or `*`, as libxml2 writes the
    elements of a default namespace.
    """
    atual: etree._Element | None = elemento
    for escrito in caminho.split("/"):
        passo = _PASSO.fullmatch(escrito)
        if atual is None or passo is None:
            return None
        falta = int(passo["posicao"] or 1)
        achado = None
        for filho in atual:
            if passo["nome"] in ("*", nome(filho)):
                falta -= 1
                if falta == 0:
                    achado = filho
                    break
        atual = achado
    return atual


def caminho_ate(elemento: etree._Element, topo: etree._Element) -> str:
    """Return the path from inside `topo`, or the name of `topo` itself; repeated names numbered."""
    passos = []
    atual: etree._Element | None = elemento
    while atual is not None and atual is not topo:
        passos.append(_passo(atual))
        atual = atual.getparent()
    return "/".join(reversed(passos)) or nome(topo)


def desde_a_raiz(elemento: etree._Element, raiz: etree._Element) -> str:
    """Return the path that starts at the root of the message."""
    return nome(raiz) if elemento is raiz else f"{nome(raiz)}/{caminho_ate(elemento, raiz)}"


def sem_primeiros(caminho: str) -> str:
    """Return a path to be compared with others: `x[1]` and a sole `x` are the same."""
    return caminho.replace("[1]", "")


def item_de(elemento: etree._Element, topo: etree._Element) -> int | None:
    """Return the sequencialItem that an element belongs to."""
    atual: etree._Element | None = elemento
    while atual is not None and atual is not topo:
        for filho in atual[:2]:
            if nome(filho) == "sequencialItem" and (filho.text or "").strip().isdecimal():
                numero = (filho.text or "").strip()
                return int(numero) if len(numero) <= _DIGITOS else None
        atual = atual.getparent()
    return None


def _passo(elemento: etree._Element) -> str:
    igual = etree.QName(elemento)
    iguais = next(elemento.itersiblings(igual), None) is not None
    antes = len(list(elemento.itersiblings(igual, preceding=True)))
    return f"{nome(elemento)}[{antes + 1}]" if antes or iguais else nome(elemento)
