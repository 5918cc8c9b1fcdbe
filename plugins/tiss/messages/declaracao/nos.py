"""The nodes of a declaration, and what it was in older versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tiss.messages.tipos import Tipo

# Glosa of a message that is not as the standard wants it.
FORA_DO_PADRAO = "5001"
FALTA = "não informado: preencha"


# Declarations are constants: compared, and found in caches, by identity. Hashing one by its values
# would cost more than writing a guia.
@dataclass(frozen=True, slots=True, eq=False)
class Campo:
    """A leaf element. de: attribute of the object; titulo: what a biller calls it.

    desde: the version of the standard that brought the element. pessoal: its value identifies a
    person and is masked where problems are told. falta: what is said when it is missing. glosa:
    what an operadora answers when it is missing or wrong, of Tabela 38 in every version.
    """

    nome: str
    de: str
    tipo: Tipo
    titulo: str
    obrigatorio: bool = True
    desde: str = ""
    pessoal: bool = False
    falta: str = FALTA
    glosa: str = FORA_DO_PADRAO


@dataclass(frozen=True, slots=True, eq=False)
class Grupo:
    """An element with children. Without `de` they read from the object around it.

    classe: what the attribute `de` holds. An optional group is written when its attribute is not
    None or, without `de`, when any of its children is.
    """

    nome: str
    filhos: tuple[No, ...]
    de: str = ""
    classe: type | None = None
    opcional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lista:
    """Elements of one name, one per object, or per text, of the tuple in the attribute `de`.

    maximo: how many the standard takes, None when it sets no limit. titulo: what a biller calls
    them, if the path does not say it.
    """

    item: Grupo | Campo
    de: str
    obrigatoria: bool = False
    maximo: int | None = None
    titulo: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Escolha:
    """Exactly one of several leaves: the attribute is an Alternativa, its element and value."""

    de: str
    campos: tuple[tuple[str, Tipo], ...]
    titulo: str
    obrigatoria: bool = True
    pessoal: bool = False
    falta: str = FALTA
    glosa: str = FORA_DO_PADRAO


@dataclass(frozen=True, slots=True, eq=False)
class Opcoes:
    """Exactly one of several nodes, each with its own attribute: the one that holds something.

    Fields and groups in it are optional, lists may be empty: the rest is said here.
    """

    nos: tuple[Campo | Grupo | Lista, ...]
    titulo: str


No = Campo | Grupo | Lista | Escolha | Opcoes


@cache
def na_versao(raiz: Grupo, versao: str) -> Grupo:
    """Return the declaration as it was in a version: without later elements, with older types."""
    return replace(raiz, filhos=tuple(_na_versao(raiz.filhos, versao)))


def _na_versao(filhos: tuple[No, ...], versao: str) -> Iterator[Any]:
    for no in filhos:
        match no:
            case Campo():
                if no.desde <= versao:
                    yield replace(no, tipo=no.tipo.na_versao(versao))
            case Escolha():
                campos = tuple((nome, tipo.na_versao(versao)) for nome, tipo in no.campos)
                yield replace(no, campos=campos)
            case Opcoes():
                yield replace(no, nos=tuple(_na_versao(no.nos, versao)))
            case Lista(item=Grupo() as item):
                yield replace(no, item=na_versao(item, versao))
            case Lista(item=Campo() as campo):
                yield replace(no, item=replace(campo, tipo=campo.tipo.na_versao(versao)))
            case Grupo():
                yield na_versao(no, versao)
