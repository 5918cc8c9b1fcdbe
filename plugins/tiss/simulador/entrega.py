"""Delivers an answer, or only a part of it, or nothing, as the fault has it."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from . import conexao
from .estragos import estragar
from .falhas import Falha, Nome
from .pedido import Resposta

# The connection ends half-way, and nothing says how long the answer would have been
_SEM_TAMANHO = frozenset({Nome.SEM_TAMANHO, Nome.GZIP_CORTADO})


async def entregar(
    resposta: Resposta, falha: Falha | None, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send an answer and return when it is out of our hands."""
    nome = None if falha is None else falha.falha
    segundos = 0.0 if falha is None else falha.segundos
    if nome is Nome.RESET_DEPOIS:
        await conexao.resetar(scope, receive)
        return
    if nome is Nome.SEM_RESPOSTA:
        await conexao.esperar_desconexao(receive, segundos)
        await conexao.fechar(scope, receive)
        return
    if nome is Nome.PARA_NO_CABECALHO:
        await conexao.gotejar_cabecalho(scope, receive, segundos)
        return
    resposta = estragar(resposta, falha, scope["path"])
    metade = resposta.corpo[: len(resposta.corpo) // 2]
    if nome is Nome.TRUNCADA:
        inicio = {
            "type": "http.response.start",
            "status": resposta.status,
            "headers": http(resposta).raw_headers,  # with the Content-Length of all of it
        }
        await send(inicio)
        await send({"type": "http.response.body", "body": metade, "more_body": True})
        await conexao.fechar(scope, receive)
    elif nome in _SEM_TAMANHO:
        cabecalhos = {**resposta.cabecalhos, "Content-Type": resposta.tipo}
        await conexao.responder_sem_tamanho(scope, receive, resposta.status, cabecalhos, metade)
    else:
        await http(resposta)(scope, receive, send)


def http(resposta: Resposta) -> Response:
    """Return an answer as HTTP."""
    return Response(
        resposta.corpo,
        resposta.status,
        headers={**resposta.cabecalhos, "Content-Type": resposta.tipo},
    )
