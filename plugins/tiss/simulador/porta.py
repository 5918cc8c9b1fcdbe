"""The SOAP endpoint: hands requests to the back office and delivers, or spoils, the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from . import conexao
from .atendimento import Atendente, Pedido, Resposta
from .config import Operadora
from .escrita import XML_UTF8
from .falhas import Falha, FilaDeFalhas, Nome
from .operacoes import OPERACOES
from .recusas import FaultTiss, Recusa, RecusaNegocio

T = TypeVar("T")

TAMANHO_MAXIMO = 20 * 1024 * 1024
HTML = (
    b"<!DOCTYPE html><html><body><h1>Servi\xc3\xa7o em manuten\xc3\xa7\xc3\xa3o</h1></body></html>"
)
# Makes sure that a wrong encoding shows: most answers have no accent
_ACENTOS = "<!-- operação concluída -->"


class PortaSoap:
    """ASGI application for POST /{registro_ans}/{operacao}."""

    def __init__(
        self,
        operadoras: Mapping[str, Operadora],
        atendente: Atendente,
        falhas: FilaDeFalhas,
        executor: Executor,
    ) -> None:
        self._operadoras = operadoras
        self._atendente = atendente
        self._falhas = falhas
        self._executor = executor

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
            autorizacao=request.headers.get("authorization", ""),
            content_type=request.headers.get("content-type", ""),
            corpo=b"",
            forcado=_forcado(falha),
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
        resposta = await self._processar(pedido, falha)
        await _entregar(resposta, falha, scope, receive, send)

    async def _processar(self, pedido: Pedido, falha: Falha | None) -> Resposta:
        if falha is not None and falha.falha is Nome.LENTA_ANTES:
            await asyncio.sleep(falha.segundos)
        resposta = Resposta(status=0, corpo=b"", desfecho="nao_processado")
        if falha is None or falha.processa:
            resposta = await self._rodar(self._atendente.atender, replace(pedido, forcado=None))
        desfecho = (
            resposta.desfecho if falha is None else f"falha_{falha.falha}/{resposta.desfecho}"
        )
        if pedido.forcado is not None:
            resposta = await self._rodar(self._atendente.atender, pedido)
        await self._rodar(self._atendente.registrar_desfecho, pedido, desfecho)
        if falha is not None and falha.falha is Nome.LENTA_DEPOIS:
            await asyncio.sleep(falha.segundos)
        return resposta

    async def _rodar(self, funcao: Callable[..., T], *argumentos: object) -> T:
        # Parsing, validating and SQLite leave the event loop free for the others
        return await asyncio.get_running_loop().run_in_executor(self._executor, funcao, *argumentos)


def _forcado(falha: Falha | None) -> Recusa | None:
    if falha is not None and falha.falha is Nome.MENSAGEM_ERRO:
        return RecusaNegocio(falha.codigo or "1308", "RECUSA PEDIDA À ADMINISTRAÇÃO DO SIMULADOR")
    if falha is not None and falha.falha is Nome.FAULT_TISS:
        return FaultTiss(falha.codigo or "ErroInesperadoServidor", "Erro pedido ao simulador")
    return None


async def _entregar(
    resposta: Resposta, falha: Falha | None, scope: Scope, receive: Receive, send: Send
) -> None:
    nome = None if falha is None else falha.falha
    if nome is Nome.RESET_DEPOIS:
        await conexao.resetar(scope, receive)
    elif nome is Nome.SEM_RESPOSTA:
        await conexao.esperar_desconexao(receive, falha.segundos if falha else 0)
        await conexao.fechar(scope, receive)
    elif nome is Nome.TRUNCADA:
        await _entregar_metade(resposta, scope, receive, send)
    else:
        await _http(_estragar(resposta, nome))(scope, receive, send)


def _estragar(resposta: Resposta, nome: Nome | None) -> Resposta:
    """Return what is sent in place of an answer, the answer itself for most faults."""
    if nome is not None and nome.startswith("http_"):
        status = int(nome.removeprefix("http_"))
        desafio = {"WWW-Authenticate": 'Basic realm="TISS"'} if status == 401 else {}
        return replace(
            resposta,
            status=status,
            corpo=f"Erro {status}\n".encode(),
            tipo="text/plain; charset=utf-8",
            cabecalhos=desafio,
        )
    if nome is Nome.HTML:
        return replace(resposta, status=200, corpo=HTML, tipo="text/html; charset=utf-8")
    if nome is Nome.CODIFICACAO_ERRADA:
        declaracao = XML_UTF8.replace("UTF-8", "ISO-8859-1")
        corpo = resposta.corpo.replace(XML_UTF8.encode(), f"{declaracao}{_ACENTOS}".encode(), 1)
        return replace(resposta, corpo=corpo, tipo="text/xml; charset=ISO-8859-1")
    return resposta


async def _entregar_metade(resposta: Resposta, scope: Scope, receive: Receive, send: Send) -> None:
    inteira = _http(resposta)
    cabecalho = {
        "type": "http.response.start",
        "status": resposta.status,
        "headers": inteira.raw_headers,  # with the Content-Length of all of it
    }
    await send(cabecalho)
    metade = resposta.corpo[: len(resposta.corpo) // 2]
    await send({"type": "http.response.body", "body": metade, "more_body": True})
    await conexao.fechar(scope, receive)


def _http(resposta: Resposta) -> Response:
    return Response(
        resposta.corpo,
        resposta.status,
        headers={**resposta.cabecalhos, "Content-Type": resposta.tipo},
    )
