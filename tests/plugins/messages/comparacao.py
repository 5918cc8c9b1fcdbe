"""Walks a declaration and a type of the XSD side by side, and compares values at their limits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import product
from string import ascii_uppercase, digits

import xmlschema
from xmlschema.validators import XsdElement, XsdGroup, XsdType

from tiss import esquemas
from tiss.domain.cadastro import Escrita
from tiss.messages.declaracao import Campo, Escolha, Grupo, Lista, No, Opcoes, na_versao
from tiss.messages.tipos import Base64, Data, Decimais, Hora, Inteiro, Logico, Texto, Tipo

VERSOES = ("4.03.00", "4.02.00", "4.01.00")
XS = "{http://www.w3.org/2001/XMLSchema}"
# Long lists of the XSD that the declarations only know the shape of: XSD validation has the rest.
MAIS_FROUXOS = {
    "CBOS",
    "CBO",
    "cbosSolic",
    "cbosExec2",
    "UF",
    "ufSolic",
    "ufExec",
    "ufExec2",
    "codDente",
    "codRegiao",
    "elementoDentario",
    "unidadeMedida",
}
# Plain text in the XSD; ours refuses letters of no face.
MAIS_ESTRITOS = {"denteFace"}


@cache
def modelo(versao: str, arquivo: str = "Guias") -> xmlschema.XMLSchema:
    pasta, sufixo = esquemas.pasta(versao), esquemas.sufixo(versao)
    return xmlschema.XMLSchema(str(pasta / f"tiss{arquivo}V{sufixo}.xsd"))


class Comparacao:
    """What differs between a declaration and a type of the XSD of a version.

    erros: names, order, nesting, cardinality. nao_declarados: optional in the XSD, not in ours.
    exigidos: optional in the XSD, mandatory in ours. folhas: (path, our type, that of the XSD).
    """

    def __init__(self, raiz: Grupo, tipo: XsdType, versao: str) -> None:
        self.versao = versao
        self.erros: list[str] = []
        self.nao_declarados: set[str] = set()
        self.exigidos: set[str] = set()
        self.folhas: list[tuple[str, Tipo, XsdType]] = []
        self._filhos(na_versao(raiz, versao).filhos, tipo, "")

    def _filhos(
        self, filhos: tuple[No, ...], tipo: XsdType, caminho: str, *, todos_opcionais: bool = False
    ) -> None:
        restantes = list(filhos)
        for no in _nos(tipo.content):
            nome = no.local_name if isinstance(no, XsdElement) else "escolha"
            if restantes and _nome(restantes[0]) == nome:
                self._par(restantes.pop(0), no, caminho, dispensado=todos_opcionais)
            elif no.min_occurs:
                self.erros.append(f"{caminho}{nome}: mandatory, not declared here")
            else:
                self.nao_declarados.add(caminho + nome)
        self.erros += [f"{caminho}{_nome(no)}: unknown or out of order" for no in restantes]

    def _par(self, no: No, xsd: XsdElement | XsdGroup, caminho: str, *, dispensado: bool) -> None:
        aqui = caminho + _nome(no)
        if isinstance(no, Lista) is (xsd.max_occurs == 1):
            self.erros.append(f"{aqui}: one or many?")
        if _opcional(no) and xsd.min_occurs and not dispensado:
            self.erros.append(f"{aqui}: mandatory in the XSD")
        if not _opcional(no) and not xsd.min_occurs:
            self.exigidos.add(aqui)
        if isinstance(no, Lista) and no.maximo != xsd.max_occurs:
            self.erros.append(f"{aqui}: at most {xsd.max_occurs}")
        match no:
            case Campo():
                self.folhas.append((aqui, no.tipo, xsd.type))
            case Escolha():
                if [campo for campo, _ in no.campos] != [e.local_name for e in xsd]:
                    self.erros.append(f"{aqui}: other alternatives")
                for (nome, tipo), elemento in zip(no.campos, xsd, strict=False):
                    self.folhas.append((f"{caminho}{nome}", tipo, elemento.type))
            case Opcoes():
                if [_nome(filho) for filho in no.nos] != [e.local_name for e in xsd]:
                    self.erros.append(f"{aqui}: other alternatives")
                for filho, elemento in zip(no.nos, xsd, strict=False):
                    self._par(filho, elemento, caminho, dispensado=True)
            case Lista(item=Campo() as campo):
                self.folhas.append((aqui, campo.tipo, xsd.type))
            case Lista(item=Grupo() as grupo):
                self._filhos(grupo.filhos, xsd.type, f"{aqui}/")
            case Grupo():
                # Not written at all without its children: these may be missing.
                solto = no.opcional and not no.de
                self._filhos(no.filhos, xsd.type, f"{aqui}/", todos_opcionais=solto)


def _nos(grupo: XsdGroup) -> Iterator[XsdElement | XsdGroup]:
    """Elements and choices in order, without the sequences that only nest them."""
    if grupo.model == "choice":
        yield grupo
        return
    assert (grupo.min_occurs, grupo.max_occurs) == (1, 1)
    for particula in grupo:
        yield from [particula] if isinstance(particula, XsdElement) else _nos(particula)


def _nome(no: No) -> str:
    match no:
        case Lista():
            return no.item.nome
        case Escolha() | Opcoes():
            return "escolha"
        case _:
            return no.nome


def _opcional(no: No) -> bool:
    match no:
        case Campo():
            return not no.obrigatorio
        case Grupo():
            return no.opcional
        case Lista() | Escolha():
            return not no.obrigatoria
        case Opcoes():
            return False


def queixa_do_tipo(comparacao: Comparacao, caminho: str, tipo: Tipo, xsd: XsdType) -> list[str]:
    """What of a leaf differs from the XSD: kind of value, limits, closed lists."""
    nome = caminho.rpartition("/")[2]
    match tipo:
        case Data():
            return [] if xsd.primitive_type.local_name == "date" else ["not a date"]
        case Hora():
            return [] if xsd.primitive_type.local_name == "time" else ["not a time"]
        case Logico():
            return [] if xsd.primitive_type.local_name == "boolean" else ["not a boolean"]
        case Base64():
            return [] if xsd.primitive_type.local_name == "base64Binary" else ["not base64"]
        case Inteiro():
            return _inteiro(comparacao, tipo, xsd)
        case Decimais():
            casas = _faceta(xsd, "fractionDigits")
            inteiras = _faceta(xsd, "totalDigits") - casas
            maximo = Decimal(10) ** inteiras - Decimal(1).scaleb(-casas)
            return [] if (tipo.casas, tipo.maximo) == (casas, maximo) else [f"limit is {maximo}"]
        case Texto():
            return _texto(nome, tipo, xsd, comparacao.versao)


def _inteiro(comparacao: Comparacao, tipo: Inteiro, xsd: XsdType) -> list[str]:
    inteiro = modelo(comparacao.versao).meta_schema.types["integer"]
    maximo = 10 ** _faceta(xsd, "totalDigits") - 1
    return [] if xsd.is_derived(inteiro) and tipo.maximo == maximo else [f"limit is {maximo}"]


def _texto(nome: str, tipo: Texto, xsd: XsdType, versao: str) -> list[str]:
    escrita = Escrita(versao)
    if xsd.enumeration:
        valores = {valor for valor in xsd.enumeration if valor}
        recusados = [valor for valor in sorted(valores) if tipo.queixa(valor, escrita)]
        aceitos: list[str] = []
        if nome not in MAIS_FROUXOS:
            outros = {a + b for a, b in product(["", *digits, *ascii_uppercase], digits)}
            outros |= set(ascii_uppercase)
            aceitos = [
                valor for valor in sorted(outros - valores) if not tipo.queixa(valor, escrita)
            ]
        return [f"{valor} is of the list" for valor in recusados] + [
            f"{valor} is not of the list" for valor in aceitos
        ]
    if xsd.patterns:
        return [] if [tipo.padrao] == xsd.patterns.regexps else [f"{xsd.patterns.regexps}"]
    if (tipo.maximo, xsd.min_length) != (xsd.max_length, 1):
        return [f"{xsd.min_length} to {xsd.max_length} characters"]
    return [] if bool(tipo.padrao) is (nome in MAIS_ESTRITOS) else ["has a form of its own"]


def _faceta(xsd: XsdType, nome: str) -> int:
    valor: int = xsd.facets[f"{XS}{nome}"].value
    return valor
