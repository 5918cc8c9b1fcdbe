"""What keeps an object from being written, in Portuguese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tiss.domain.cadastro import Escrita
from tiss.domain.partes import Alternativa
from tiss.domain.problema import Problema, mascarar
from tiss.messages.declaracao.nos import (
    FORA_DO_PADRAO,
    Campo,
    Escolha,
    Grupo,
    Lista,
    No,
    Opcoes,
)
from tiss.messages.tipos import Tipo


def explicar(no: No, objeto: object, caminho: str, escrita: Escrita) -> Iterator[Problema]:
    """Yield, in document order, what keeps a part of an object from being written."""
    match no:
        case Campo():
            valor = getattr(objeto, no.de)
            ausente = valor is None or valor == ""
            if not ausente or no.obrigatorio:
                yield from _valor(no, no.tipo, valor, caminho + no.nome, escrita)
        case Escolha():
            yield from _escolha(no, getattr(objeto, no.de), caminho, escrita)
        case Opcoes():
            yield from _opcoes(no, objeto, caminho, escrita)
        case Lista():
            yield from _lista(no, getattr(objeto, no.de), caminho, escrita)
        case Grupo():
            alvo = getattr(objeto, no.de) if no.de else objeto
            if alvo is None and no.opcional:
                return
            for filho in no.filhos:
                yield from explicar(filho, alvo, f"{caminho}{no.nome}/", escrita)


def _escolha(
    escolha: Escolha, escolhida: Alternativa | None, caminho: str, escrita: Escrita
) -> Iterator[Problema]:
    tipos = dict(escolha.campos)
    if escolhida is None:
        if escolha.obrigatoria:
            tipo = next(iter(tipos.values()))
            yield from _valor(escolha, tipo, None, caminho + " ou ".join(tipos), escrita)
    elif escolhida.elemento not in tipos:
        # What is no element is the clinic's own word: it is shown as a value is, not as a path.
        aceitos = " ou ".join(tipos)
        yield Problema(
            codigo="FORMATO",
            caminho=caminho + aceitos,
            mensagem=f"{escolha.titulo}: informe {aceitos}",
            valor=_mostrado(escolha, escolhida.elemento),
            glosa_provavel=escolha.glosa,
        )
    else:
        elemento = escolhida.elemento
        yield from _valor(escolha, tipos[elemento], escolhida.valor, caminho + elemento, escrita)


def _opcoes(opcoes: Opcoes, objeto: object, caminho: str, escrita: Escrita) -> Iterator[Problema]:
    dados = sum(bool(getattr(objeto, no.de)) for no in opcoes.nos)
    if dados != 1:
        nomes = " ou ".join(no.item.nome if isinstance(no, Lista) else no.nome for no in opcoes.nos)
        yield Problema(
            codigo="FORMATO" if dados else "AUSENTE",
            caminho=caminho + nomes,
            mensagem=f"{opcoes.titulo}: informe {nomes}, um deles só",
            glosa_provavel=FORA_DO_PADRAO,
        )
    for no in opcoes.nos:
        yield from explicar(no, objeto, caminho, escrita)


def _lista(
    lista: Lista, objetos: tuple[object, ...], caminho: str, escrita: Escrita
) -> Iterator[Problema]:
    item = lista.item
    titulo = f"{lista.titulo}: " if lista.titulo else ""
    if not objetos and lista.obrigatoria:
        yield Problema(
            codigo="AUSENTE",
            caminho=caminho + item.nome,
            mensagem=f"{titulo}não informado: é preciso ao menos um",
            glosa_provavel=FORA_DO_PADRAO,
        )
    if lista.maximo is not None and len(objetos) > lista.maximo:
        yield Problema(
            codigo="TAMANHO",
            caminho=caminho + item.nome,
            mensagem=f"{titulo}são {len(objetos)} e o padrão aceita no máximo {lista.maximo}",
            glosa_provavel=FORA_DO_PADRAO,
        )
    for numero, objeto in enumerate(objetos, 1):
        aqui = f"{caminho}{item.nome}[{numero}]"
        if isinstance(item, Campo):
            yield from _valor(item, item.tipo, objeto, aqui, escrita)
            continue
        for filho in item.filhos:
            for problema in explicar(filho, objeto, f"{aqui}/", escrita):
                sequencial = getattr(objeto, "sequencial_item", None)
                yield problema if problema.item else replace(problema, item=sequencial)


def _valor(
    no: Campo | Escolha, tipo: Tipo, valor: object, caminho: str, escrita: Escrita
) -> Iterator[Problema]:
    ausente = valor is None or valor == ""
    queixa = ("AUSENTE", no.falta) if ausente else tipo.queixa(valor, escrita)
    if queixa is not None:
        codigo, mensagem = queixa
        yield Problema(
            codigo=codigo,
            caminho=caminho,
            mensagem=f"{no.titulo}: {mensagem}",
            valor=None if ausente else _mostrado(no, valor),
            glosa_provavel=no.glosa,
        )


def _mostrado(no: Campo | Escolha, valor: object) -> str:
    return mascarar(str(valor)) if no.pessoal else str(valor)
