"""Starts runs of our DAGs as the person who asks, by Airflow's own API, inside this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import httpx
from anyio import from_thread
from fastapi import Depends, Request

from tiss.web.problemas import ProblemaHttp

# What proves to Airflow who asks; the rest of a request is nobody's business there.
CREDENCIAIS = ("authorization", "cookie")


class Corridas:
    """Runs of DAGs, with the permissions of who asks."""

    def __init__(self, request: Request) -> None:
        self._cabecalhos = {
            nome: request.headers[nome] for nome in CREDENCIAIS if nome in request.headers
        }

    def iniciar(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run; return its id. Raises ProblemaHttp when Airflow does not. In a thread."""
        return from_thread.run(self._iniciar, dag_id, conf)

    async def _iniciar(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        # Made before its plugins are loaded, it may be imported only after that.
        from airflow.api_fastapi.main import app

        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://airflow"
        ) as cliente:
            resposta = await cliente.post(
                f"/api/v2/dags/{quote(dag_id, safe='')}/dagRuns",
                json={"logical_date": None, "conf": dict(conf)},
                headers=self._cabecalhos,
            )
        if resposta.is_error:
            raise ProblemaHttp(
                409,
                "A execução não começou",
                f"O Airflow não iniciou {dag_id} ({resposta.status_code}). O que estava gravado "
                "continua gravado: veja no Airflow se a DAG existe e repita.",
            )
        return str(resposta.json()["dag_run_id"])


CorridasDep = Annotated[Corridas, Depends(Corridas)]


def endereco(dag_id: str, corrida: str) -> str:
    """Return the path of a run in Airflow's screens."""
    return f"/dags/{quote(dag_id, safe='')}/runs/{quote(corrida, safe='')}"
