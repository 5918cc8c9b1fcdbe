"""One declaration per structure of the standard: what is written, checked and explained.

A declaration is a tree of Campo, Grupo, Lista and Escolha in the order of the XSD. From it come
the writer (Python source, made once, compiled) and the check that names, in Portuguese, every
value that is missing or malformed. A test compares each declaration with the XSD.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from tiss.domain.guia import Problema
from tiss.messages.texto import Textos, limpar, sem_equivalente

Escritor = Callable[[Any, Textos], str]


@dataclass(frozen=True, slots=True)
class Texto:
    """A value written as text; `padrao` when the standard closes its form."""

    maximo: int
    padrao: str = ""
    dica: str = ""

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{T[{valor}]}}"

    def queixa(self, valor: object) -> tuple[str, str] | None:
        """Return (code, what to do) for a value that cannot be sent."""
        texto = str(valor)
        if estranhas := sem_equivalente(texto):
            return "CARACTERE", f"troque o que não pode ser enviado: {estranhas}"
        tamanho = len(limpar(texto))
        if tamanho == 0:
            return "AUSENTE", "não informado: preencha"
        if self.padrao and not re.fullmatch(self.padrao, limpar(texto)):
            # Before the size: nobody can shorten a CNPJ that was written with its mask.
            return "FORMATO", f"valor fora do padrão: {self.dica or 'confira o código'}"
        if tamanho > self.maximo:
            return "TAMANHO", f"tem {tamanho} caracteres e o padrão aceita {self.maximo}: abrevie"
        return None


@dataclass(frozen=True, slots=True)
class Inteiro:
    """A whole number from 1 on."""

    maximo: int

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{{valor}:.0f}}"

    def queixa(self, valor: object) -> tuple[str, str] | None:
        """Return (code, what to do) for a value that cannot be sent."""
        numero = Decimal(str(valor))
        if numero != numero.to_integral_value() or not 1 <= numero <= self.maximo:
            return "FORMATO", f"tem de ser um número inteiro de 1 a {self.maximo}"
        return None


@dataclass(frozen=True, slots=True)
class Decimais:
    """A number with two decimals. The limit is ours: totalDigits ignores trailing zeros."""

    maximo: Decimal

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{{valor}:.2f}}"

    def queixa(self, valor: object) -> tuple[str, str] | None:
        """Return (code, what to do) for a value that cannot be sent."""
        numero = Decimal(str(valor))
        if not 0 <= numero <= self.maximo:
            return "FORMATO", f"tem de estar entre 0 e {self.maximo}"
        if numero != numero.quantize(Decimal("0.01")):
            # The writer would round it without a word.
            return "FORMATO", "tem mais de duas casas decimais: corrija"
        return None


@dataclass(frozen=True, slots=True)
class Data:
    """An xs:date, without time zone."""

    def expressao(self, valor: str) -> str:
        """Return the source that writes a value."""
        return f"{{{valor}:%Y-%m-%d}}"

    def queixa(self, valor: object) -> tuple[str, str] | None:
        """Return (code, what to do) for a value that cannot be sent."""
        if isinstance(valor, date) and 1900 <= valor.year <= 2999:
            return None
        return "FORMATO", "data impossível: corrija"


Tipo = Texto | Inteiro | Decimais | Data


@dataclass(frozen=True, slots=True)
class Campo:
    """A leaf element. de: attribute of the object; titulo: what a biller calls it."""

    nome: str
    de: str
    tipo: Tipo
    titulo: str
    obrigatorio: bool = True


@dataclass(frozen=True, slots=True)
class Grupo:
    """An element with children. Without `de` they read from the object around it."""

    nome: str
    filhos: tuple[No, ...]
    de: str = ""
    opcional: bool = False


@dataclass(frozen=True, slots=True)
class Lista:
    """Elements of one name, one per object of the attribute `de`."""

    item: Grupo
    de: str


@dataclass(frozen=True, slots=True)
class Escolha:
    """Exactly one of several leaves: the attribute holds its element and value."""

    de: str
    campos: tuple[tuple[str, Tipo], ...]
    titulo: str


No = Campo | Grupo | Lista | Escolha


@cache
def escritor(raiz: Grupo) -> Escritor:
    """Return the function that writes an object as the element `raiz`.

    The object must have passed `conferir`: a mandatory None is an error of the caller.
    """
    espaco: dict[str, Any] = {}
    codigo = compile(_Gerador().fonte(raiz), f"<escritor de {raiz.nome}>", "exec")
    exec(codigo, espaco)  # noqa: S102  source made from our own declarations only
    escrever: Escritor = espaco["escrever"]
    return escrever


class _Gerador:
    """Turns a declaration into the source of one function made of f-strings."""

    def __init__(self) -> None:
        self._linhas: list[str] = []
        self._numeros = count(1)

    def fonte(self, raiz: Grupo) -> str:
        corpo = self._elemento(raiz.nome, self._filhos(raiz.filhos, "g", "    "))
        return "\n".join(["def escrever(g, T):", *self._linhas, f"    return f'{corpo}'"])

    def _filhos(self, filhos: tuple[No, ...], objeto: str, recuo: str) -> str:
        return "".join(self._no(no, objeto, recuo) for no in filhos)

    def _no(self, no: No, objeto: str, recuo: str) -> str:
        match no:
            case Campo():
                return self._campo(no, objeto, recuo)
            case Escolha():
                nome = self._nova(f"{objeto}.{no.de}", recuo)
                return self._elemento(f"{{{nome}.elemento}}", f"{{T[{nome}.valor]}}")
            case Lista():
                return self._lista(no, objeto, recuo)
            case Grupo():
                return self._grupo(no, objeto, recuo)

    def _campo(self, campo: Campo, objeto: str, recuo: str) -> str:
        atributo = f"{objeto}.{campo.de}"
        if campo.obrigatorio:
            return self._elemento(campo.nome, campo.tipo.expressao(atributo))
        valor = self._nova(atributo, recuo)
        escrito = self._elemento(campo.nome, campo.tipo.expressao(valor))
        ausente = f"{valor} is None or {valor} == ''"
        nome = self._nova(f"'' if {ausente} else f'{escrito}'", recuo)
        return f"{{{nome}}}"

    def _lista(self, lista: Lista, objeto: str, recuo: str) -> str:
        partes = self._nova("[]", recuo)
        item = f"_{next(self._numeros)}"
        self._linhas.append(f"{recuo}for {item} in {objeto}.{lista.de}:")
        escrito = self._elemento(
            lista.item.nome, self._filhos(lista.item.filhos, item, recuo + "    ")
        )
        self._linhas.append(f"{recuo}    {partes}.append(f'{escrito}')")
        return f'{{"".join({partes})}}'

    def _grupo(self, grupo: Grupo, objeto: str, recuo: str) -> str:
        if grupo.de:
            objeto = self._nova(f"{objeto}.{grupo.de}", recuo)
        if not grupo.opcional:
            return self._elemento(grupo.nome, self._filhos(grupo.filhos, objeto, recuo))
        escrito = self._nova("''", recuo)
        self._linhas.append(f"{recuo}if {objeto} is not None:")
        corpo = self._filhos(grupo.filhos, objeto, recuo + "    ")
        self._linhas.append(f"{recuo}    {escrito} = f'{self._elemento(grupo.nome, corpo)}'")
        return f"{{{escrito}}}"

    def _nova(self, expressao: str, recuo: str) -> str:
        nome = f"_{next(self._numeros)}"
        self._linhas.append(f"{recuo}{nome} = {expressao}")
        return nome

    def _elemento(self, nome: str, conteudo: str) -> str:
        return f"<ans:{nome}>{conteudo}</ans:{nome}>"


def conferir(raiz: Grupo, objeto: object) -> Iterator[Problema]:
    """Yield, in document order, what keeps an object from being written as `raiz`."""
    for no in raiz.filhos:
        yield from _conferir(no, objeto, "")


def _conferir(no: No, objeto: object, caminho: str) -> Iterator[Problema]:
    match no:
        case Campo():
            valor = getattr(objeto, no.de)
            ausente = valor is None or valor == ""
            if not ausente or no.obrigatorio:
                yield from _valor(no.tipo, valor, caminho + no.nome, no.titulo)
        case Escolha():
            escolhido = getattr(objeto, no.de)
            tipo = dict(no.campos)[escolhido.elemento]
            yield from _valor(tipo, escolhido.valor, caminho + escolhido.elemento, no.titulo)
        case Lista():
            for numero, item in enumerate(getattr(objeto, no.de), 1):
                for filho in no.item.filhos:
                    yield from _conferir(filho, item, f"{caminho}{no.item.nome}[{numero}]/")
        case Grupo():
            alvo = getattr(objeto, no.de) if no.de else objeto
            if alvo is None and no.opcional:
                return
            for filho in no.filhos:
                yield from _conferir(filho, alvo, f"{caminho}{no.nome}/")


def _valor(tipo: Tipo, valor: object, campo: str, titulo: str) -> Iterator[Problema]:
    ausente = valor is None or valor == ""
    queixa = ("AUSENTE", "não informado: preencha") if ausente else tipo.queixa(valor)
    if queixa is not None:
        codigo, mensagem = queixa
        yield Problema(codigo=codigo, campo=campo, mensagem=f"{titulo}: {mensagem}")
