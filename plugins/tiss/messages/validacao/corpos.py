"""What the XSD and the declarations say, told once per element and by the name of its guia."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lxml import etree

from tiss.domain.cadastro import Escrita, Operacao
from tiss.domain.guia import Guia
from tiss.domain.problema import Gravidade, Problema
from tiss.domain.regras import Contexto, aplicar_regras
from tiss.domain.regras.pedidos import data_futura
from tiss.messages.declaracao import FORA_DO_PADRAO
from tiss.messages.esquema import problemas_da_guia, validar_mensagem
from tiss.messages.guias import Oficina
from tiss.messages.pedidos import conferir as conferir_pedido
from tiss.messages.pedidos import ler_pedido
from tiss.messages.tipos import Data
from tiss.messages.validacao.cabecalho import forma_do_cabecalho, numero_da_guia
from tiss.messages.validacao.caminhos import (
    caminho_ate,
    desde_a_raiz,
    item_de,
    resolver,
    sem_primeiros,
)
from tiss.messages.validacao.repetidas import Repetidas
from tiss.messages.validacao.transacoes import Corpo, nome
from tiss.messages.validacao.valores import GLOSAS, curto, ditavel, valor_de
from tiss.settings import NAMESPACE

# Nobody reads more, and a hostile file must not fill the memory.
LIMITE = 1000
_GLOSA_CERTA = "1001"
# Of requests that are only checked: when was asked or happened what they tell of.
_DO_PASSADO = ("dataEvento", "dataSolicitacao")
_OPERACOES = {str(operacao): operacao for operacao in Operacao}


def conferir_guias(
    guias: Iterable[etree._Element],
    lidas: Sequence[Guia | None],
    contexto: Contexto,
    *,
    xsd: bool,
) -> Iterator[Problema]:
    """Yield what is wrong with each guia of a lote, in order.

    lidas: what each says, None of an unknown kind. xsd: whether to ask the schema too. It is not
    needed when it took the message as a whole.
    """
    oficina = Oficina(Escrita(contexto.versao, ascii=False))
    repetidas = Repetidas(lidas)
    for elemento, lida in zip(guias, lidas, strict=True):
        forma: list[Problema] = []
        if lida is not None:
            forma = [_presente(problema, elemento) for problema in oficina.conferir(lida)]
        numero = numero_da_guia(elemento)
        recusas = _da_guia(elemento, contexto.versao) if xsd else []
        proprios = [*_ineditas(recusas, forma, elemento), *_com_glosa(forma, recusas)]
        if lida is not None:
            ditos = {sem_primeiros(problema.caminho) for problema in forma}
            dela = repetidas.do_ponto_de_vista(lida, contexto)
            proprios += [
                problema
                for problema in aplicar_regras(lida, dela)
                if sem_primeiros(problema.caminho) not in ditos
            ]
        for problema in proprios:
            yield replace(problema, guia=numero, valor=ditavel(problema.caminho, problema.valor))


def conferir_outro_pedido(
    raiz: etree._Element, corpo: Corpo, recusas: list[Problema], contexto: Contexto
) -> Iterator[Problema]:
    """Yield what the XSD refuses outside the guias, and what is wrong with the form of a request.

    Of its cabecalho, and of its body when it is not a lote.
    """
    do_cabecalho = forma_do_cabecalho(raiz, corpo, contexto.versao)
    cabecalho = (_presente_na_mensagem(um, raiz) for um in do_cabecalho)
    forma = [*cabecalho, *_forma_do_pedido(raiz, corpo, contexto)]
    yield from _ineditas(recusas, forma, raiz)
    yield from _com_glosa(forma, recusas)


def _forma_do_pedido(raiz: etree._Element, corpo: Corpo, contexto: Contexto) -> Iterator[Problema]:
    if corpo.corpo is None or corpo.transacao is None:
        return
    operacao = _OPERACOES.get(corpo.transacao.tipos[0])
    pedido = None if operacao is None else ler_pedido(operacao, corpo.corpo)
    if pedido is None:
        if corpo.transacao.do_prestador:
            yield from _datas(raiz, corpo.corpo, contexto)
        return
    topo = desde_a_raiz(corpo.corpo, raiz)
    escrita = Escrita(contexto.versao, ascii=False)
    for problema in conferir_pedido(pedido, escrita, contexto.hoje):
        # It comes with a path that starts at the body, by its name in the file form.
        dentro = replace(problema, caminho=problema.caminho.partition("/")[2])
        presente = _presente(dentro, corpo.corpo)
        caminho = f"{topo}/{presente.caminho}"
        yield replace(presente, caminho=caminho, valor=curto(presente.valor))


def _datas(raiz: etree._Element, corpo: etree._Element, contexto: Contexto) -> Iterator[Problema]:
    """Yield the dates that are ahead in a request that no declaration knows."""
    for elemento in corpo.iter(*(f"{{{NAMESPACE}}}{data}" for data in _DO_PASSADO)):
        dia = Data().ler((elemento.text or "").strip())
        if dia is not None and dia > contexto.hoje:
            achado = data_futura(desde_a_raiz(elemento, raiz), dia)
            yield achado.problema(None, Gravidade.ERRO, contexto.versao)


def recusas_da_mensagem(
    raiz: etree._Element, versao: str, guias: list[etree._Element]
) -> tuple[bool, list[Problema]]:
    """Return whether the XSD takes the message, and what it refuses outside the guias."""
    _poupar_glosas(raiz)
    todas = validar_mensagem(raiz, versao)
    if not todas:
        return True, []
    lote = guias[0].getparent() if guias else None
    if lote is not None:
        # Each guia is asked by itself, and `conferir_lote` says what is wrong with their sum.
        dentro = f"{_caminho_libxml2(lote, raiz)}/"
        todas = [recusa for recusa in todas if not recusa.caminho.startswith(dentro)]
    return False, _por_elemento(todas, raiz, da_raiz=True)


def _poupar_glosas(raiz: etree._Element) -> None:
    """Leave one motive of each kind to the XSD where there are very many.

    libxml2 quotes all 769 of the list for each one that is wrong: 16 MB of them fill a gigabyte.
    """
    glosas = list(raiz.iter(*(f"{{{NAMESPACE}}}{glosa}" for glosa in GLOSAS)))
    vistas = set()
    for glosa in glosas if len(glosas) > LIMITE else ():
        if glosa.text in vistas:
            glosa.text = _GLOSA_CERTA
        vistas.add(glosa.text)


def _caminho_libxml2(elemento: etree._Element, raiz: etree._Element) -> str:
    """Return a path as `validar_mensagem` writes it."""
    return etree.ElementTree(raiz).getpath(elemento).replace("ans:", "")[1:]


def _da_guia(elemento: etree._Element, versao: str) -> list[Problema]:
    return _por_elemento(problemas_da_guia(elemento, versao), elemento, da_raiz=False)


def _por_elemento(
    recusas: Iterable[Problema], topo: etree._Element, *, da_raiz: bool
) -> list[Problema]:
    """Return the first refusal of each element: libxml2 tells a wrong value twice."""
    primeiras: dict[str, Problema] = {}
    for recusa in recusas:
        primeiras.setdefault(recusa.caminho, recusa)
    # To find an element takes the longer the more brothers it has.
    return [
        _localizada(recusa, topo, da_raiz=da_raiz)
        for recusa in islice(primeiras.values(), LIMITE + 1)
    ]


def _localizada(recusa: Problema, topo: etree._Element, *, da_raiz: bool) -> Problema:
    # The name of the root itself comes first in the paths of messages.
    interno = recusa.caminho.partition("/")[2] if da_raiz else recusa.caminho
    elemento = resolver(topo, interno) if interno else topo
    if elemento is None:
        elemento = topo
    return replace(
        recusa,
        caminho=desde_a_raiz(elemento, topo) if da_raiz else caminho_ate(elemento, topo),
        item=item_de(elemento, topo),
        valor=valor_de(elemento),
        glosa_provavel=FORA_DO_PADRAO,
    )


def _presente(problema: Problema, topo: etree._Element) -> Problema:
    """Return the problem with the value of the file: what cannot be read is not missing."""
    elemento = resolver(topo, problema.caminho)
    valor = None if elemento is None else valor_de(elemento)
    if valor is None:
        return problema
    if problema.codigo != "AUSENTE":
        return replace(problema, valor=valor)
    titulo = problema.mensagem.partition(":")[0]
    mensagem = f"{titulo}: o valor não está na forma que o padrão pede: corrija"
    return replace(problema, codigo="FORMATO", valor=valor, mensagem=mensagem)


def _presente_na_mensagem(problema: Problema, raiz: etree._Element) -> Problema:
    dentro = replace(problema, caminho=problema.caminho.partition("/")[2])
    return replace(_presente(dentro, raiz), caminho=problema.caminho)


def _com_glosa(forma: list[Problema], recusas: list[Problema]) -> Iterator[Problema]:
    """Yield the problems; what the XSD refuses too is refused by any operadora's validator."""
    recusados = {sem_primeiros(recusa.caminho) for recusa in recusas}
    for problema in forma:
        if sem_primeiros(problema.caminho) in recusados:
            yield replace(problema, glosa_provavel=problema.glosa_provavel or FORA_DO_PADRAO)
        else:
            yield problema


def _ineditas(
    recusas: Iterable[Problema], forma: list[Problema], topo: etree._Element
) -> Iterator[Problema]:
    """Yield the refusals of the XSD that the check of the form did not explain already.

    A missing element is refused by the XSD where it should stand: at the one that comes instead of
    it, or at the one around it.
    """
    ditos = {sem_primeiros(problema.caminho) for problema in forma}
    faltas = set()
    for problema in forma:
        if problema.codigo == "AUSENTE":
            pai = problema.caminho.rpartition("/")[0]
            while pai and resolver(topo, pai.removeprefix(f"{nome(topo)}/")) is None:
                pai = pai.rpartition("/")[0]
            faltas.add(sem_primeiros(pai) or nome(topo))
    for recusa in recusas:
        caminho = sem_primeiros(recusa.caminho)
        pai = caminho.rpartition("/")[0] or nome(topo)
        if caminho not in ditos and caminho not in faltas and pai not in faltas:
            yield recusa
