"""Takes lotes de guias, and tells what became of them."""

from __future__ import annotations

from lxml import etree

from . import leitura, prazos, respostas, retorno
from .analise import analisar
from .config import Credencial, NumeroCancelado
from .escrita import Mensagem
from .guias import ler_lote
from .livro import Livro
from .mensagem import NS
from .modelo import Protocolo
from .relogio import local
from .respostas import Destino


def receber(
    raiz: etree._Element, destino: Destino, credencial: Credencial, livro: Livro
) -> Mensagem:
    """Return the protocoloRecebimentoWS of a loteGuiasWS, which is accepted. Raises Recusa."""
    lote = ler_lote(raiz, credencial)
    operadora = destino.operadora
    hoje = local(destino.agora).date()
    numero = livro.aceitar(
        operadora.registro_ans,
        destino.prestador,
        lote,
        [analisar(guia, operadora, hoje) for guia in lote.guias],
        destino.agora,
        deduplica=operadora.deduplica,
        reusa_cancelado=operadora.numero_cancelado is NumeroCancelado.LIVRE,
    )
    return respostas.recibo(destino, _protocolo(livro, destino, numero))


def situacao(
    raiz: etree._Element, destino: Destino, credencial: Credencial, livro: Livro
) -> Mensagem:
    """Return the situacaoProtocoloWS that a solicitacaoStatusProtocoloWS asks for."""
    pedido = raiz.find("ans:solicitacaoStatusProtocolo", NS)
    numero = leitura.texto(raiz, "solicitacaoStatusProtocolo/numeroProtocolo")
    retorno.conferir_prestador(pedido, credencial)
    protocolo = _protocolo(livro, destino, numero)
    status = prazos.status(protocolo, destino.operadora, destino.agora)
    return respostas.situacao(destino, protocolo, status)


def _protocolo(livro: Livro, destino: Destino, numero: str) -> Protocolo:
    protocolo = livro.protocolo(destino.operadora.registro_ans, destino.prestador, numero)
    if protocolo is None:
        raise retorno.nao_encontrado(numero)
    return protocolo
