"""Any object that a declaration accepts, made from the declaration itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tiss.domain.cadastro import Escrita
from tiss.domain.partes import Alternativa
from tiss.domain.texto import limpar
from tiss.messages.declaracao import Campo, Escolha, Grupo, Lista, No, Opcoes, na_versao
from tiss.messages.tipos import Data, Decimais, Inteiro, Sequencial, Texto, Tipo


def objetos(raiz: Grupo, escrita: Escrita) -> st.SearchStrategy[Any]:
    """Return objects of the class of a declaration, as it was in a version."""
    declaracao = na_versao(raiz, escrita.versao)
    assert declaracao.classe is not None
    return _filhos(declaracao.filhos, escrita).map(lambda dados: declaracao.classe(**dados))


def _filhos(filhos: tuple[No, ...], escrita: Escrita) -> st.SearchStrategy[dict[str, Any]]:
    partes = [_no(no, escrita) for no in filhos]
    return st.tuples(*partes).map(lambda dados: {k: v for parte in dados for k, v in parte.items()})


def _no(no: No, escrita: Escrita) -> st.SearchStrategy[dict[str, Any]]:
    match no:
        case Campo():
            valor = _valor(no.tipo, escrita)
            valor = valor if no.obrigatorio else st.none() | valor
            return valor.map(lambda dado: {no.de: dado})
        case Escolha():
            alternativas = [_alternativa(nome, tipo, escrita) for nome, tipo in no.campos]
            opcional = [] if no.obrigatoria else [st.none()]
            return st.one_of(*opcional, *alternativas).map(lambda dado: {no.de: dado})
        case Opcoes():
            vazias = {filho.de: () if isinstance(filho, Lista) else None for filho in no.nos}
            return st.one_of(
                [
                    _no(filho, escrita)
                    .filter(lambda dado: any(dado.values()))
                    .map(lambda dado: vazias | dado)
                    for filho in no.nos
                ]
            )
        case Lista():
            tamanho = {"min_size": int(no.obrigatoria), "max_size": min(no.maximo or 3, 3)}
            if isinstance(no.item, Campo):
                itens = _valor(no.item.tipo, escrita)
            else:
                itens = _grupo(no.item, escrita)
            return st.lists(itens, **tamanho).map(lambda dados: {no.de: tuple(dados)})
        case Grupo():
            if not no.de:
                return _filhos(no.filhos, escrita)
            objeto = _grupo(no, escrita)
            objeto = st.none() | objeto if no.opcional else objeto
            return objeto.map(lambda dado: {no.de: dado})


def _grupo(grupo: Grupo, escrita: Escrita) -> st.SearchStrategy[Any]:
    return _filhos(grupo.filhos, escrita).map(lambda dados: grupo.classe(**dados))


def _alternativa(nome: str, tipo: Tipo, escrita: Escrita) -> st.SearchStrategy[Alternativa]:
    return _valor(tipo, escrita).map(lambda valor: Alternativa(elemento=nome, valor=valor))


def _valor(tipo: Tipo, escrita: Escrita) -> st.SearchStrategy[Any]:
    match tipo:
        case Texto(padrao=""):
            letras = st.characters(codec="ascii" if escrita.ascii else "iso-8859-1")
            limpos = st.text(letras, min_size=1, max_size=tipo.maximo)
            # As it stands after it was written: what is read is that.
            limpos = limpos.map(lambda texto: limpar(texto, escrita))
            return limpos.filter(lambda texto: 1 <= len(texto) <= tipo.maximo)
        case Texto():
            casos = st.from_regex(tipo.padrao, fullmatch=True)
            return casos.filter(lambda texto: not tipo.queixa(texto, escrita))
        case Sequencial():
            return st.integers(1, tipo.maximo)
        case Inteiro():
            return st.integers(1, tipo.maximo).map(Decimal)
        case Decimais():
            return st.decimals(0, tipo.maximo, places=tipo.casas)
        case Data():
            return st.dates(date(1900, 1, 1), date(2999, 12, 31))
    raise NotImplementedError(tipo)
