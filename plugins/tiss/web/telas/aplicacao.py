"""The application of the screens: pages behind one door, and the files that they load."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from tiss.web import problemas
from tiss.web.acesso import identificar
from tiss.web.tamanho import CorpoLimitado
from tiss.web.telas import (
    conciliacao,
    consultas,
    decisoes,
    guias,
    hoje,
    lotes,
    operadoras,
    recursos,
    tarefa,
)
from tiss.web.telas.erros import em_pagina
from tiss.web.telas.pagina import ESTATICOS

SEGURANCA = {
    # Airflow's own pages frame ours, and nobody else.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Estaticos(StaticFiles):
    """Files of ours, named by their content: kept for good by who asked for one."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        """Return a file."""
        resposta = await super().get_response(path, scope)
        if b"v=" in scope.get("query_string", b""):
            resposta.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return resposta


def aplicacao() -> FastAPI:
    """Return the application."""
    app = FastAPI(
        title="TISS",
        dependencies=[Depends(identificar)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    problemas.instalar(app, em_pagina)
    app.add_middleware(CorpoLimitado)

    @app.middleware("http")
    async def proteger(
        request: Request, seguir: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        resposta = await seguir(request)
        resposta.headers.update(SEGURANCA)
        # There may be a patient on it, and the next person at this desk is another one.
        resposta.headers.setdefault("Cache-Control", "no-store")
        return resposta

    @app.get("/")
    def inicio(request: Request) -> RedirectResponse:
        return RedirectResponse(f"{request.scope.get('root_path', '')}/hoje", status_code=303)

    app.include_router(hoje.rotas)
    app.include_router(consultas.rotas)
    app.include_router(lotes.rotas)
    app.include_router(decisoes.rotas)
    app.include_router(tarefa.rotas)
    app.include_router(conciliacao.rotas)
    app.include_router(operadoras.rotas)
    app.include_router(guias.rotas)
    app.include_router(recursos.rotas)
    app.mount("/estaticos", Estaticos(directory=ESTATICOS), name="estaticos")
    return app
