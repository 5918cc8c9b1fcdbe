"""How much a request may bring: a body is read before anybody knows who sends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from tiss.web.problemas import GRANDE, em_resposta

# The longest request of ours names 20,000 consultas; a certificate is far shorter.
MAXIMO = 12_000_000  # bytes

Mensagem = MutableMapping[str, Any]
Receber = Callable[[], Awaitable[Mensagem]]
Enviar = Callable[[Mensagem], Awaitable[None]]


class CorpoLimitado:
    """Refuses a body that is too long: before it is read, or while, when its length is not said."""

    def __init__(self, app: Callable[[Mensagem, Receber, Enviar], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Mensagem, receive: Receber, send: Enviar) -> None:
        """Answer one request."""
        dito = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        if not dito.isdecimal() or int(dito) > MAXIMO:
            await em_resposta(GRANDE)(scope, receive, send)
            return
        lidos = 0

        async def receber() -> Mensagem:
            nonlocal lidos
            mensagem = await receive()
            lidos += len(mensagem.get("body", b""))
            if lidos > MAXIMO:
                raise HTTPException(GRANDE.status, GRANDE.detail)
            return mensagem

        await self._app(scope, receber, send)
