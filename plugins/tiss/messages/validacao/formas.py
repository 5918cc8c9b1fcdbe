"""Values that the standard takes and few write: a date with a time zone, +150.00, .5."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from tiss.domain.cadastro import Escrita
from tiss.domain.problema import Gravidade, Problema
from tiss.messages.declaracao import Campo, Escolha, Grupo, Lista, No, Opcoes, na_versao
from tiss.messages.tipos import Base64, Data, Decimais, Hora, Logico, Texto, Tipo
from tiss.messages.validacao.caminhos import desde_a_raiz
from tiss.messages.validacao.transacoes import nome
from tiss.messages.validacao.valores import valor_de

# Declared: the element of a name holds a value of a type, or elements.
_Mapa = dict[str, "Tipo | _Mapa"]


@dataclass(slots=True)
class _Incomum:
    """Where a field is first written in an unusual form, and how many times it is."""

    elemento: etree._Element
    tipo: Tipo
    vezes: int = 0


def conferir_formas(
    partes: Iterable[tuple[Grupo, etree._Element]], raiz: etree._Element, versao: str
) -> Iterator[Problema]:
    """Yield each field that is not written as our writer would, once, where it comes first.

    partes: elements of the message, each with its declaration. What cannot be sent at all is not
    said here.
    """
    escrita = Escrita(versao, ascii=False)
    achados: dict[str, _Incomum] = {}
    usuais: dict[tuple[Tipo, str], bool] = {}
    for declaracao, parte in partes:
        for elemento, tipo, texto in _valores(_mapa(na_versao(declaracao, versao)), parte):
            usual = usuais.get((tipo, texto))
            if usual is None:
                usual = usuais[tipo, texto] = _usual(tipo, texto, escrita)
            if not usual:
                achados.setdefault(nome(elemento), _Incomum(elemento, tipo)).vezes += 1
    for achado in achados.values():
        quantos = f" ({achado.vezes} valores)" if achado.vezes > 1 else ""
        yield Problema(
            codigo="FORMA_INCOMUM",
            caminho=desde_a_raiz(achado.elemento, raiz),
            gravidade=Gravidade.AVISO,
            valor=valor_de(achado.elemento),
            mensagem=f"o padrão aceita, mas poucos escrevem assim, e há quem recuse{quantos}: "
            f"escreva {_forma(achado.tipo)}",
        )


def _valores(mapa: _Mapa, elemento: etree._Element) -> Iterator[tuple[etree._Element, Tipo, str]]:
    for filho in elemento:
        alvo = mapa.get(nome(filho))
        if isinstance(alvo, dict):
            yield from _valores(alvo, filho)
        elif alvo is not None and (texto := (filho.text or "").strip()):
            yield filho, alvo, texto


def _usual(tipo: Tipo, texto: str, escrita: Escrita) -> bool:
    lido = tipo.ler(texto)
    if lido is None or tipo.queixa(lido, escrita) is not None:
        return True
    return _escritor(tipo)(lido) == texto


@cache
def _escritor(tipo: Tipo) -> Callable[[Any], str]:
    escrever: Callable[[Any], str] = eval(f"lambda v: f'{tipo.expressao('v')}'")  # noqa: S307
    return escrever


def _forma(tipo: Tipo) -> str:
    match tipo:
        case Data():
            return "aaaa-mm-dd, sem fuso"
        case Hora():
            return "hh:mm:ss, sem fração nem fuso"
        case Decimais():
            return f"só algarismos e {tipo.casas} casas depois do ponto"
        case Logico():
            return "true ou false"
        case _:
            return "só algarismos, sem sinal nem zeros à esquerda"


@cache
def _mapa(raiz: Grupo) -> _Mapa:
    mapa: _Mapa = {}
    for no in raiz.filhos:
        mapa |= _do_no(no)
    return mapa


def _do_no(no: No) -> _Mapa:
    match no:
        case Campo():
            # Any text is written as it is.
            return {} if isinstance(no.tipo, Texto | Base64) else {no.nome: no.tipo}
        case Grupo():
            return {no.nome: _mapa(no)}
        case Lista():
            return _do_no(no.item)
        case Opcoes():
            return {nome: alvo for opcao in no.nos for nome, alvo in _do_no(opcao).items()}
        case Escolha():
            return {}
