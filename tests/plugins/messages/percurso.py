"""Walks a declaration and an object side by side: what may be taken away, and what each leaf is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tiss.messages.declaracao import Campo, Escolha, Grupo, Lista, No, Opcoes, na_versao
from tiss.messages.tipos import Tipo


@dataclass(frozen=True)
class Posto:
    """Something of an object that is there and may be taken away.

    atributo: as `guias_modelo.trocar` takes it. caminho: as a problem names it when it is missing.
    vazio: what it is without it. tipo: of a leaf, None of a list, a group or a choice.
    """

    atributo: str
    caminho: str
    obrigatorio: bool
    queixa: str
    vazio: object = None
    tipo: Tipo | None = None
    pessoal: bool = False


def postos(raiz: Grupo, objeto: object, versao: str = "4.03.00") -> list[Posto]:
    """Return, in document order, all that an object has of what a version declares."""
    return list(_filhos(na_versao(raiz, versao).filhos, objeto, "", ""))


def _filhos(filhos: tuple[No, ...], objeto: object, atributo: str, caminho: str) -> Iterator[Posto]:
    for no in filhos:
        yield from _no(no, objeto, atributo, caminho)


def _no(no: No, objeto: object, atributo: str, caminho: str) -> Iterator[Posto]:
    if isinstance(no, Grupo) and not no.de:
        yield from _filhos(no.filhos, objeto, atributo, f"{caminho}{no.nome}/")
        return
    assert not isinstance(no, Opcoes)
    valor = getattr(objeto, no.de)
    if valor is None or valor == ():
        return
    match no:
        case Campo():
            yield _folha(no, atributo + no.de, caminho + no.nome)
        case Escolha():
            nomes = " ou ".join(nome for nome, _ in no.campos)
            yield Posto(atributo + no.de, caminho + nomes, no.obrigatoria, _falta(no))
            if valor.elemento not in dict(no.campos):
                return
            yield Posto(
                f"{atributo}{no.de}.valor",
                caminho + valor.elemento,
                obrigatorio=True,
                queixa=_falta(no),
                vazio="",
                tipo=dict(no.campos)[valor.elemento],
                pessoal=no.pessoal,
            )
        case Lista():
            yield Posto(
                atributo + no.de,
                caminho + no.item.nome,
                no.obrigatoria,
                f"{no.titulo}: não informado: é preciso ao menos um",
                vazio=(),
            )
            yield from _itens(no.item, valor, f"{atributo}{no.de}.", caminho)
        case Grupo():
            if no.opcional:
                yield Posto(atributo + no.de, caminho + no.nome, False, "")
            yield from _filhos(no.filhos, valor, f"{atributo}{no.de}.", f"{caminho}{no.nome}/")


def _itens(
    item: Campo | Grupo, valores: tuple[Any, ...], atributo: str, caminho: str
) -> Iterator[Posto]:
    for numero, valor in enumerate(valores):
        aqui = f"{caminho}{item.nome}[{numero + 1}]"
        if isinstance(item, Campo):
            yield _folha(item, f"{atributo}{numero}", aqui)
        else:
            yield from _filhos(item.filhos, valor, f"{atributo}{numero}.", f"{aqui}/")


def _folha(campo: Campo, atributo: str, caminho: str) -> Posto:
    return Posto(
        atributo,
        caminho,
        campo.obrigatorio,
        _falta(campo),
        tipo=campo.tipo,
        pessoal=campo.pessoal,
    )


def _falta(no: Campo | Escolha) -> str:
    return f"{no.titulo}: {no.falta}"
