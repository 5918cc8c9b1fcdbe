"""The requests that follow a lote: one declaration each, to check, write and read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from lxml import etree

from tiss.domain.cadastro import Escrita, Operacao
from tiss.domain.pedido import (
    CancelaGuia,
    Pedido,
    RecursoGlosa,
    RecursoGlosaOdonto,
    SolicitacaoDemonstrativoAnalise,
    SolicitacaoDemonstrativoPagamento,
    SolicitacaoStatusProtocolo,
    SolicitacaoStatusRecurso,
    contradicoes,
)
from tiss.domain.problema import Gravidade, Problema
from tiss.domain.regras.pedidos import conferir_datas
from tiss.messages.declaracao import Campo, Conferencia, Grupo, escritor, ler
from tiss.messages.pedidos.recursos import RECURSO_GLOSA, RECURSO_GLOSA_ODONTO
from tiss.messages.pedidos.solicitacoes import (
    CANCELA_GUIA,
    DEMONSTRATIVO_ANALISE,
    DEMONSTRATIVO_PAGAMENTO,
    STATUS_PROTOCOLO,
    STATUS_RECURSO,
)
from tiss.messages.textos import Textos

__all__ = ["DECLARACOES", "conferir", "escrever", "ler_pedido"]

# Named as in the file form; `tiss.messages.mensagem` knows how a web service calls them.
DECLARACOES: dict[type[Pedido], Grupo] = {
    SolicitacaoStatusProtocolo: STATUS_PROTOCOLO,
    SolicitacaoStatusRecurso: STATUS_RECURSO,
    SolicitacaoDemonstrativoAnalise: DEMONSTRATIVO_ANALISE,
    SolicitacaoDemonstrativoPagamento: DEMONSTRATIVO_PAGAMENTO,
    CancelaGuia: CANCELA_GUIA,
    RecursoGlosa: RECURSO_GLOSA,
    RecursoGlosaOdonto: RECURSO_GLOSA_ODONTO,
}


def conferir(pedido: Pedido, escrita: Escrita, hoje: date) -> list[Problema]:
    """Return every value of a request that is missing, malformed or contradictory; normally none.

    hoje: where the prestador is. Paths start at the element of the body.
    """
    raiz = DECLARACOES[type(pedido)]
    return [
        replace(problema, caminho=f"{raiz.nome}/{problema.caminho}")
        for problema in _problemas(pedido, raiz, escrita, hoje)
    ]


def escrever(pedido: Pedido, escrita: Escrita) -> str:
    """Return the element of a request that passed `conferir`: one line, prefix `ans`."""
    return escritor(DECLARACOES[type(pedido)], escrita.versao)(pedido, Textos(escrita))


def ler_pedido(operacao: Operacao, corpo: etree._Element) -> Pedido | None:
    """Return the request that the body of a message says, None when it is none of an operation.

    corpo: by whatever name; file and web service differ in it.
    """
    nomes = {etree.QName(filho).localname for filho in corpo}
    for classe, raiz in DECLARACOES.items():
        if classe.operacao is operacao and nomes & {filho.nome for filho in _elementos(raiz)}:
            pedido: Pedido = ler(raiz, corpo, classe)
            return pedido
    return None


def _problemas(pedido: Pedido, raiz: Grupo, escrita: Escrita, hoje: date) -> Iterator[Problema]:
    yield from Conferencia(raiz, escrita).problemas(pedido)
    proprios = [
        achado.problema(None, Gravidade.ERRO, escrita.versao)
        for achado in conferir_datas(pedido, hoje)
    ]
    if isinstance(pedido, RecursoGlosa | RecursoGlosaOdonto):
        proprios += contradicoes(pedido)
    for problema in proprios:
        # Of what has such problems the body is one element.
        (dentro,) = _elementos(raiz)
        yield replace(problema, caminho=f"{dentro.nome}/{problema.caminho}")


def _elementos(raiz: Grupo) -> list[Campo | Grupo]:
    return [filho for filho in raiz.filhos if isinstance(filho, Campo | Grupo)]
