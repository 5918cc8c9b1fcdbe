"""The domains of an XSD: what it enumerates, described by the comments beside it.

The comments are for people: dashes, tabs or nothing after the code, headings, withdrawn codes. So
only the enumeration says which codes there are; a line of a comment that begins with one of them
describes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from lxml import etree

_XSD = "{http://www.w3.org/2001/XMLSchema}"
# "225125 - Médico clínico", "06 CRM	Conselho Regional de Medicina", "03Pedido do profissional"
_LINHA = re.compile(r"\s*(\d+|[\w.]+)[\s\-–]*(\S.*?)\s*")


def dominios(arquivo: IO[bytes]) -> Iterator[tuple[str, str, str | None]]:
    """Return (domain, code, description) for every value of every enumerated type, once each.

    arquivo: tissSimpleTypes of a version. A value without a comment has no description.
    """
    analisador = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for tipo in etree.parse(arquivo, analisador).iter(f"{_XSD}simpleType"):
        valores = [valor.get("value", "") for valor in tipo.iter(f"{_XSD}enumeration")]
        descricoes = dict(_descritos(tipo, set(valores)))
        # Some values are enumerated twice, in dm_CBOS and dm_CBOSmonitor.
        for valor in dict.fromkeys(valores):
            yield tipo.get("name", ""), valor, descricoes.get(valor)


def _descritos(tipo: etree._Element, valores: set[str]) -> Iterator[tuple[str, str]]:
    """Each description, in order: of two for the same code the later one is the correction."""
    for comentario in tipo.iter(etree.Comment):
        for linha in (comentario.text or "").splitlines():
            if achada := _LINHA.fullmatch(linha):
                # dm_regimeAtendimento comments 1 what it enumerates as 01.
                codigo = achada[1] if achada[1] in valores else achada[1].zfill(2)
                if codigo in valores:
                    yield codigo, " ".join(achada[2].split())
