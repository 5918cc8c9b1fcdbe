"""Airflow's own API, inside this process, as the person who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from anyio import from_thread
from fastapi import Request

# What proves to Airflow who asks; the rest of a request is nobody's business there.
_CREDENCIAIS = ("authorization", "cookie")


class Airflow:
    """What the person who asks may do there, they may do through this."""

    def __init__(self, request: Request) -> None:
        self._cabecalhos = {
            nome: request.headers[nome] for nome in _CREDENCIAIS if nome in request.headers
        }

    def pedir(
        self,
        metodo: str,
        caminho: str,
        corpo: Mapping[str, Any],
        parametros: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """Ask for something under /api/v2; return the answer, whatever it is. In a thread."""
        return from_thread.run(self._pedir, metodo, caminho, corpo, parametros)

    async def _pedir(
        self,
        metodo: str,
        caminho: str,
        corpo: Mapping[str, Any],
        parametros: Mapping[str, Any] | None,
    ) -> httpx.Response:
        # Made before its plugins are loaded, it may be imported only after that.
        from airflow.api_fastapi.main import app

        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://airflow", headers=self._cabecalhos
        ) as cliente:
            return await cliente.request(
                metodo, f"/api/v2/{caminho}", json=dict(corpo), params=parametros
            )
