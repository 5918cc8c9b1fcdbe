"""The reader of a declaration: the inverse of its writer, and tolerant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from tiss.domain.partes import Alternativa
from tiss.messages.declaracao.nos import Campo, Escolha, Grupo, Lista, No, Opcoes
from tiss.messages.tipos import Tipo


def ler(raiz: Grupo, elemento: etree._Element, classe: type) -> Any:  # noqa: ANN401
    """Return the object that an element says, tolerantly: the inverse of the writer.

    What is missing, or cannot be read as its type, is None; unknown elements are passed over. The
    XSD and the check say what is wrong with it.
    """
    return classe(**_ler_filhos(raiz.filhos, elemento))


def _ler_filhos(filhos: tuple[No, ...], elemento: etree._Element | None) -> dict[str, Any]:
    presentes: dict[str, list[etree._Element]] = {}
    for filho in () if elemento is None else elemento:
        presentes.setdefault(etree.QName(filho).localname, []).append(filho)
    lidos: dict[str, Any] = {}
    for no in filhos:
        match no:
            case Campo():
                achado = presentes.get(no.nome)
                lidos[no.de] = _ler_folha(no.tipo, achado[0]) if achado else None
            case Escolha():
                lidos[no.de] = next(
                    (
                        Alternativa(elemento=nome, valor=(presentes[nome][0].text or "").strip())
                        for nome, _ in no.campos
                        if nome in presentes
                    ),
                    None,
                )
            case Opcoes():
                lidos |= _ler_filhos(no.nos, elemento)
            case Lista():
                lidos[no.de] = tuple(_ler_itens(no.item, presentes.get(no.item.nome, [])))
            case Grupo():
                achado = presentes.get(no.nome)
                if no.de and no.opcional and not achado:
                    lidos[no.de] = None
                    continue
                dentro = _ler_filhos(no.filhos, achado[0] if achado else None)
                lidos |= {no.de: no.classe(**dentro)} if no.classe else dentro
    return lidos


def _ler_itens(item: Grupo | Campo, elementos: list[etree._Element]) -> Iterator[Any]:
    for elemento in elementos:
        if isinstance(item, Campo):
            yield _ler_folha(item.tipo, elemento)
        else:
            dentro = _ler_filhos(item.filhos, elemento)
            yield item.classe(**dentro) if item.classe else dentro


def _ler_folha(tipo: Tipo, elemento: etree._Element) -> Any:  # noqa: ANN401
    return tipo.ler((elemento.text or "").strip())
