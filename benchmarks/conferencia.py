"""Is what a participant made right? Nobody wins by doing less."""

from __future__ import annotations

import hashlib
import unicodedata
from decimal import Decimal
from functools import cache
from pathlib import Path

import dados
from lxml import etree

RAIZ = Path(__file__).resolve().parents[1]
ESQUEMAS = RAIZ / "include" / "schemas" / dados.VERSAO
NS = {"ans": "http://www.ans.gov.br/padroes/tiss/schemas"}


class Errado(Exception):
    """What was made is not what was asked for."""


def lote(xml: str, tipo: str, quantas: int) -> None:
    """Raise Errado unless it is the lote of those attendances: XSD, hash, every guia and value."""
    # A declaration is optional in the standard: without one, str is what it is.
    raiz = etree.fromstring(xml.encode("iso-8859-1") if xml.startswith("<?xml") else xml)
    if not _esquema().validate(raiz):
        raise Errado(f"XSD: {_esquema().error_log[0].path}")
    folhas = [e for e in raiz.iter("{*}*") if len(e) == 0 and etree.QName(e).localname != "hash"]
    texto = "".join(folha.text or "" for folha in folhas).encode("iso-8859-1")
    certo = hashlib.md5(texto, usedforsecurity=False).hexdigest()
    if raiz.findtext("ans:epilogo/ans:hash", namespaces=NS) != certo:
        raise Errado("hash")
    numero = int(raiz.findtext(".//ans:numeroLote", "0", NS))
    esperadas = [_esperada(a, tipo) for a in dados.atendimentos(tipo, quantas, lote=numero)]
    achadas = [_achada(guia) for guia in raiz.iterfind(".//ans:guiasTISS/*", NS)]
    if achadas != esperadas:
        raise Errado(f"{len(achadas)} guias, ou o que elas dizem")


def demonstrativo(lido: list[tuple[str, int | None]], quantas: int) -> None:
    """Raise Errado unless every guia was read; None is a value that a participant does not give."""
    esperado = [(str(numero + 1), dados.liberado(numero)) for numero in range(quantas)]
    if [numero for numero, _ in lido] != [numero for numero, _ in esperado]:
        raise Errado(f"{len(lido)} guias lidas de {quantas}")
    for (numero, valor), (_, certo) in zip(lido, esperado, strict=True):
        if valor not in (None, certo):
            raise Errado(f"guia {numero}: {valor}")


def _esperada(atendimento: dados.Atendimento, tipo: str) -> list[str]:
    # Both kinds in one list of leaves: number, card, professional, then what each item says.
    partes = [
        atendimento.numero,
        atendimento.carteira,
        _ascii(atendimento.medico),
        atendimento.conselho,
    ]
    for item in atendimento.itens:
        partes.append(item.codigo)
        if tipo == "sp_sadt":
            partes += [
                _ascii(item.descricao),
                str(item.quantidade),
                str(dados.reais(item.unitario)),
            ]
        partes.append(str(dados.reais(item.total)))
    return [*partes, str(dados.reais(atendimento.total))] if tipo == "sp_sadt" else partes


CAMPOS = (
    "numeroGuiaPrestador", "numeroCarteira", "nomeProfissional", "numeroConselhoProfissional",
    "codigoProcedimento", "descricaoProcedimento", "quantidadeExecutada", "valorUnitario",
    "valorProcedimento", "valorTotal", "valorTotalGeral",
)  # fmt: skip


def _achada(guia: etree._Element) -> list[str]:
    achados = []
    for elemento in guia.iter(*(f"{{{NS['ans']}}}{campo}" for campo in CAMPOS)):
        if len(elemento) == 0:
            texto = elemento.text or ""
            nome = etree.QName(elemento).localname
            achados.append(str(Decimal(texto)) if nome.startswith("valor") else _ascii(texto))
    return achados


def _ascii(texto: str) -> str:
    """Accents aside: ours are transliterated, as the dialect of most operadoras wants them."""
    return unicodedata.normalize("NFKD", texto).encode("ascii", "ignore").decode("ascii")


@cache
def _esquema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(ESQUEMAS / f"tissV{dados.VERSAO.replace('.', '_')}.xsd"))
