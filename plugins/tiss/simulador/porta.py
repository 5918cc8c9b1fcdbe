"""The endpoints of the web services: hand requests to the back office, deliver or spoil answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from . import conexao
from .atendimento import Atendente
from .config import Operadora
from .entrega import entregar
from .falhas import COM_FAULT, Falha, Nome
from .formatos import Formato
from .operacoes import OPERACOES
from .pedido import Pedido, Resposta
from .provocadas import Provocadas
from .recusas import FaultTiss, Recusa, RecusaNegocio

T = TypeVar("T")

TAMANHO_MAXIMO = 20 * 1024 * 1024


class Porta:
    """ASGI application for POST to the web services of all operadoras, in one format."""

    def __init__(
        self,
        operadoras: Mapping[str, Operadora],
        formato: Formato,
        atendente: Atendente,
        falhas: Provocadas,
        executor: Executor,
    ) -> None:
        self._operadoras = operadoras
        self._formato = formato
        self._atendente = atendente
        self._falhas = falhas
        self._executor = executor
        # The event loop holds its tasks weakly
        self._para_depois: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or fail to in the way that was asked for."""
        request = Request(scope, receive)
        operadora = self._operadoras.get(request.path_params["registro_ans"])
        operacao = OPERACOES.get(request.path_params["operacao"])
        if operadora is None or operacao is None or not operadora.oferece(operacao):
            await PlainTextResponse("Não há este serviço\n", 404)(scope, receive, send)
            return
        falha = self._falhas.tomar(operadora.registro_ans, operacao.nome)
        pedido = Pedido(
            operadora=operadora,
            operacao=operacao,
            cabecalhos=dict(request.headers),
            certificado=conexao.nome_no_certificado(scope),
            corpo=b"",
            forcado=_forcado(falha),
            outro_lote=falha is not None and falha.falha is Nome.OUTRO_LOTE,
        )
        try:
            corpo = await request.body()
        except ClientDisconnect:
            return
        if falha is not None and falha.falha is Nome.RESET_ANTES:
            # Read first: whether the last block had left must not depend on who is quicker.
            await self._rodar(self._atendente.registrar_desfecho, pedido, f"falha_{falha.falha}")
            await conexao.resetar(scope, receive)
            return
        if len(corpo) > TAMANHO_MAXIMO:
            await PlainTextResponse("Mensagem grande demais\n", 413)(scope, receive, send)
            return
        pedido = replace(pedido, corpo=corpo)
        await self._rodar(self._atendente.registrar_chegada, pedido)
        if falha is not None and falha.falha is Nome.ACEITA_DEPOIS:
            tarefa = asyncio.create_task(self._processar_depois(pedido, falha))
            self._para_depois.add(tarefa)
            tarefa.add_done_callback(self._para_depois.discard)
            await conexao.resetar(scope, receive)
            return
        resposta = await self._processar(pedido, falha)
        await entregar(resposta, falha, scope, receive, send)

    async def _processar_depois(self, pedido: Pedido, falha: Falha) -> None:
        await asyncio.sleep(falha.segundos)
        await self._processar(pedido, falha)

    async def _processar(self, pedido: Pedido, falha: Falha | None) -> Resposta:
        if falha is not None and falha.falha is Nome.LENTA_ANTES:
            await asyncio.sleep(falha.segundos)
        resposta = Resposta(status=0, corpo=b"", desfecho="nao_processado")
        if falha is None or falha.processa:
            resposta = await self._atender(replace(pedido, forcado=None))
        desfecho = (
            resposta.desfecho if falha is None else f"falha_{falha.falha}/{resposta.desfecho}"
        )
        if pedido.forcado is not None:
            resposta = await self._atender(pedido)
        await self._rodar(self._atendente.registrar_desfecho, pedido, desfecho)
        if falha is not None and falha.falha is Nome.LENTA_DEPOIS:
            await asyncio.sleep(falha.segundos)
        return resposta

    async def _atender(self, pedido: Pedido) -> Resposta:
        return await self._rodar(self._atendente.atender, pedido, self._formato)

    async def _rodar(self, funcao: Callable[..., T], *argumentos: object) -> T:
        # Parsing, validating and SQLite leave the event loop free for the others
        return await asyncio.get_running_loop().run_in_executor(self._executor, funcao, *argumentos)


def _forcado(falha: Falha | None) -> Recusa | None:
    if falha is not None and falha.falha is Nome.MENSAGEM_ERRO:
        return RecusaNegocio(falha.codigo or "1308", "RECUSA PEDIDA À ADMINISTRAÇÃO DO SIMULADOR")
    if falha is not None and falha.falha in COM_FAULT:
        return FaultTiss(falha.codigo or "ErroInesperadoServidor", "Erro pedido ao simulador")
    return None
