"""Carries out one request, from its bytes to the bytes of the answer, in order of strictness."""

from __future__ import annotations

import logging

from lxml import etree

from . import cancelamento, escrita, leitura, mensagem, prazos, respostas, retorno
from .analise import analisar
from .config import Credencial, NumeroCancelado, Operadora
from .guias import ler_lote
from .livro import Livro
from .modelo import Protocolo
from .operacoes import CANCELAMENTO, DEMONSTRATIVO, LOTE_GUIAS
from .pedido import Pedido, Resposta
from .portaria import Portaria
from .recusas import FaultSoap, FaultTiss, Recusa, RecusaHttp, RecusaNegocio
from .relogio import Relogio, local
from .respostas import Destino

log = logging.getLogger(__name__)


class Atendente:
    """The operadoras' back office. `atender` may run in several threads at once."""

    def __init__(self, livro: Livro, relogio: Relogio, portaria: Portaria) -> None:
        self._livro = livro
        self._relogio = relogio
        self._portaria = portaria

    def registrar_chegada(self, pedido: Pedido) -> None:
        """Count the arrival of a lote, before anything is decided about it."""
        if pedido.operacao is LOTE_GUIAS:
            numero = mensagem.numero_lote_aparente(pedido.corpo)
            credencial = self._portaria.aparente(pedido)
            if numero is not None:
                prestador = credencial.codigo_prestador if credencial else ""
                self._livro.contar_chegada(pedido.operadora.registro_ans, prestador, numero)

    def registrar_desfecho(self, pedido: Pedido, desfecho: str) -> None:
        """Count how a request ended."""
        self._livro.contar_desfecho(pedido.operadora.registro_ans, pedido.operacao.nome, desfecho)

    def atender(self, pedido: Pedido) -> Resposta:
        """Return the answer to a request; refusals are answers, so nothing is raised."""
        credencial: Credencial | None = None
        try:
            credencial = self._portaria.conferir(pedido)
            if credencial is not None and pedido.forcado is not None:
                raise pedido.forcado
            raiz = _abrir(pedido)
            if credencial is None:
                credencial = self._portaria.identificar(pedido.operadora, *_login(raiz))
                if pedido.forcado is not None:
                    raise pedido.forcado
            corpo = self._executar(pedido, raiz, credencial)
            return Resposta(status=200, corpo=corpo, desfecho="atendido")
        except RecusaNegocio as recusa:
            return self._mensagem_erro(pedido, credencial, recusa)
        except Recusa as recusa:
            return recusar(recusa)
        except Exception:
            # The trace goes to the simulator's own log; the prestador sees what a real one shows
            log.exception("erro inesperado em %s", pedido.operacao.nome)
            return recusar(FaultTiss("ErroInesperadoServidor", "Erro inesperado no servidor"))

    def _mensagem_erro(
        self, pedido: Pedido, credencial: Credencial | None, recusa: RecusaNegocio
    ) -> Resposta:
        codigo = recusa.codigo
        if codigo == "3268" and pedido.operadora.versao < "4.03.00":
            codigo = "1308"  # the code for a repeated lote came with 4.03.00
        prestador = credencial.codigo_prestador if credencial else ""
        destino = self._destino(pedido, prestador)
        return Resposta(
            status=200,
            corpo=respostas.mensagem_erro(destino, pedido.operacao, codigo, recusa.descricao),
            desfecho=recusa.desfecho,
        )

    def _executar(self, pedido: Pedido, raiz: etree._Element, credencial: Credencial) -> bytes:
        operadora, operacao = pedido.operadora, pedido.operacao
        _conferir_cabecalho(raiz, operadora, credencial)
        mensagem.conferir_hash(raiz, operadora.codificacao_do_hash)
        self._portaria.conferir_login(operadora, credencial, *_login(raiz))
        transacao = leitura.texto(raiz, "cabecalho/identificacaoTransacao/tipoTransacao")
        if transacao != operacao.transacao_pedido:
            raise FaultTiss(
                "SchemaInvalido",
                f"tipoTransacao {transacao}, esperado {operacao.transacao_pedido}",
            )
        destino = self._destino(pedido, credencial.codigo_prestador)
        if operacao is LOTE_GUIAS:
            return self._receber_lote(raiz, destino, credencial)
        if operacao is CANCELAMENTO:
            return cancelamento.responder(raiz, destino, credencial, self._livro)
        if operacao is DEMONSTRATIVO:
            return retorno.responder(raiz, destino, credencial, self._livro)
        return self._status(raiz, destino, credencial)

    def _receber_lote(
        self, raiz: etree._Element, destino: Destino, credencial: Credencial
    ) -> bytes:
        lote = ler_lote(raiz, credencial)
        hoje = local(destino.agora).date()
        numero = self._livro.aceitar(
            destino.operadora.registro_ans,
            destino.prestador,
            lote,
            [analisar(guia, destino.operadora, hoje) for guia in lote.guias],
            destino.agora,
            deduplica=destino.operadora.deduplica,
            reusa_cancelado=destino.operadora.numero_cancelado is NumeroCancelado.LIVRE,
        )
        return respostas.recibo(destino, self._protocolo(destino, numero))

    def _status(self, raiz: etree._Element, destino: Destino, credencial: Credencial) -> bytes:
        pedido = raiz.find("ans:solicitacaoStatusProtocolo", mensagem.NS)
        numero = leitura.texto(raiz, "solicitacaoStatusProtocolo/numeroProtocolo")
        retorno.conferir_prestador(pedido, credencial)
        protocolo = self._protocolo(destino, numero)
        status = prazos.status(protocolo, destino.operadora, destino.agora)
        return respostas.situacao(destino, protocolo, status)

    def _protocolo(self, destino: Destino, numero: str) -> Protocolo:
        protocolo = self._livro.protocolo(destino.operadora.registro_ans, destino.prestador, numero)
        if protocolo is None:
            raise retorno.nao_encontrado(numero)
        return protocolo

    def _destino(self, pedido: Pedido, prestador: str) -> Destino:
        return Destino(operadora=pedido.operadora, prestador=prestador, agora=self._relogio.agora())


def recusar(recusa: Recusa) -> Resposta:
    """Return the answer to a request that is refused by HTTP status or SOAP fault."""
    texto = str(recusa)
    if isinstance(recusa, RecusaHttp):
        return Resposta(
            status=recusa.status,
            corpo=f"{texto}\n".encode(),
            desfecho=recusa.desfecho,
            tipo="text/plain; charset=utf-8",
            cabecalhos=recusa.cabecalhos,
        )
    if isinstance(recusa, FaultTiss):
        corpo = escrita.fault_tiss(recusa.codigo, texto)
    else:
        codigo = recusa.codigo if isinstance(recusa, FaultSoap) else "Server"
        corpo = escrita.fault_soap(codigo, texto)
    return Resposta(status=500, corpo=corpo, desfecho=recusa.desfecho)


def _abrir(pedido: Pedido) -> etree._Element:
    if not pedido.content_type.lower().startswith("text/xml"):
        raise RecusaHttp(415, "SOAP 1.1 exige Content-Type text/xml")
    raiz = mensagem.abrir_envelope(pedido.corpo, pedido.content_type, pedido.operacao.raiz_pedido)
    mensagem.validar(raiz, pedido.operadora.versao)
    return raiz


def _login(raiz: etree._Element) -> tuple[str, str]:
    login = "cabecalho/loginSenhaPrestador"
    return (
        leitura.texto(raiz, f"{login}/loginPrestador"),
        leitura.texto(raiz, f"{login}/senhaPrestador"),
    )


def _conferir_cabecalho(raiz: etree._Element, operadora: Operadora, credencial: Credencial) -> None:
    padrao = leitura.texto(raiz, "cabecalho/Padrao")
    if padrao != operadora.versao:
        raise FaultTiss("VersaoInvalida", f"Padrao {padrao}, esperado {operadora.versao}")
    destino = leitura.texto(raiz, "cabecalho/destino/registroANS")
    if destino != operadora.registro_ans:
        raise FaultTiss(
            "DestinatarioInvalido", f"registroANS {destino}, esperado {operadora.registro_ans}"
        )
    origem = raiz.find("ans:cabecalho/ans:origem/ans:identificacaoPrestador", mensagem.NS)
    identificador = leitura.identificacao(origem)
    if not leitura.e_o_prestador(identificador, credencial):
        raise FaultTiss("RemetenteInvalido", f"Prestador {identificador} não é o da credencial")
