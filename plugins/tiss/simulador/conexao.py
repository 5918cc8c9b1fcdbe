"""Misbehaving with the TCP connection itself: reset, close in mid-answer, silence."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_CHAVE = "tiss.transporte"
# The transport says that it is gone within one turn of the loop; this only bounds a surprise
_ESPERA = 5.0
# Between one byte and the next of a header that never ends
_GOTA = 0.05


class ProtocoloComTransporte(HttpToolsProtocol):
    """uvicorn's HTTP protocol, handing its transport to the application in the ASGI scope."""

    def on_message_begin(self) -> None:
        """Start the scope of a request, with the transport in it."""
        super().on_message_begin()
        self.scope["state"][_CHAVE] = self.transport


async def resetar(scope: Scope, receive: Receive) -> None:
    """End the connection with a TCP reset, so that the other side reads an error."""
    transporte = _transporte(scope)
    sock = transporte.get_extra_info("socket")
    # Lingering for zero seconds makes the kernel send RST instead of FIN
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transporte.abort()
    await esperar_desconexao(receive, _ESPERA)


async def fechar(scope: Scope, receive: Receive) -> None:
    """End the connection in order, with whatever was written so far."""
    _transporte(scope).close()
    await esperar_desconexao(receive, _ESPERA)


async def gotejar_cabecalho(scope: Scope, receive: Receive, segundos: float) -> None:
    """Send a header byte by byte for some seconds, then end the connection in the middle of it."""
    transporte = _transporte(scope)
    transporte.write(b"HTTP/1.1 200 OK\r\nX-Espera: ")
    fim = asyncio.get_running_loop().time() + segundos
    while asyncio.get_running_loop().time() < fim and not transporte.is_closing():
        transporte.write(b".")
        await asyncio.sleep(_GOTA)
    await fechar(scope, receive)


async def responder_sem_tamanho(
    scope: Scope, receive: Receive, status: int, cabecalhos: Mapping[str, str], corpo: bytes
) -> None:
    """Answer without Content-Length nor chunks, so that the end of the connection ends the body."""
    linhas = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{nome}: {valor}" for nome, valor in cabecalhos.items()),
        "Connection: close",
    ]
    # Past uvicorn, which would send it in chunks
    _transporte(scope).write("\r\n".join(linhas).encode() + b"\r\n\r\n" + corpo)
    await fechar(scope, receive)


async def esperar_desconexao(receive: Receive, segundos: float) -> None:
    """Return when the other side hangs up, or after some seconds."""
    try:
        async with asyncio.timeout(segundos):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass


def nome_no_certificado(scope: Scope) -> str | None:
    """Return the common name in the certificate of the other side, None without one."""
    certificado = _transporte(scope).get_extra_info("peercert") or {}
    nomes = [
        valor
        for parte in certificado.get("subject", ())
        for nome, valor in parte
        if nome == "commonName"
    ]
    return nomes[0] if nomes else None


def _transporte(scope: Scope) -> asyncio.Transport:
    return cast(asyncio.Transport, scope["state"][_CHAVE])
