"""Carries out one request, from its bytes to the bytes of the answer, in order of strictness."""

from __future__ import annotations

import logging

from lxml import etree

from . import leitura, mensagem, respostas
from .config import Credencial, Operadora
from .escrita import Mensagem
from .formatos import Formato
from .livro import Livro
from .operacoes import LOTE_GUIAS
from .pedido import Pedido, Resposta
from .portaria import Portaria
from .recusas import FaultTiss, Recusa, RecusaNegocio
from .relogio import Relogio
from .respostas import Destino
from .servicos import SERVICOS

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

    def atender(self, pedido: Pedido, formato: Formato) -> Resposta:
        """Return the answer to a request; refusals are answers, so nothing is raised."""
        credencial: Credencial | None = None
        try:
            credencial = self._portaria.conferir(pedido)
            if credencial is not None and pedido.forcado is not None:
                raise pedido.forcado
            raiz = formato.abrir(pedido)
            if credencial is None:
                credencial = self._portaria.identificar(pedido.operadora, *_login(raiz))
                if pedido.forcado is not None:
                    raise pedido.forcado
            resposta, desfecho = self._executar(pedido, raiz, credencial), "atendido"
        except RecusaNegocio as recusa:
            resposta, desfecho = self._mensagem_erro(pedido, credencial, recusa), recusa.desfecho
        except Recusa as recusa:
            return formato.recusar(recusa)
        except Exception:
            # The trace goes to the simulator's own log; the prestador sees what a real one shows
            log.exception("erro inesperado em %s", pedido.operacao.nome)
            fault = FaultTiss("ErroInesperadoServidor", "Erro inesperado no servidor")
            return formato.recusar(fault)
        if pedido.outro_lote:
            resposta = resposta.com_outro_lote()
        return formato.escrever(pedido, resposta, desfecho)

    def _mensagem_erro(
        self, pedido: Pedido, credencial: Credencial | None, recusa: RecusaNegocio
    ) -> Mensagem:
        codigo = recusa.codigo
        if codigo == "3268" and pedido.operadora.versao < "4.03.00":
            codigo = "1308"  # the code for a repeated lote came with 4.03.00
        prestador = credencial.codigo_prestador if credencial else ""
        destino = self._destino(pedido, prestador)
        return respostas.mensagem_erro(destino, pedido.operacao, codigo, recusa.descricao)

    def _executar(self, pedido: Pedido, raiz: etree._Element, credencial: Credencial) -> Mensagem:
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
        return SERVICOS[operacao](raiz, destino, credencial, self._livro)

    def _destino(self, pedido: Pedido, prestador: str) -> Destino:
        return Destino(operadora=pedido.operadora, prestador=prestador, agora=self._relogio.agora())


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
