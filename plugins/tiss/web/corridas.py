"""Starts runs of our DAGs as the person who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request

from tiss.web.airflow import Airflow
from tiss.web.problemas import ProblemaHttp


class Corridas:
    """Runs of DAGs, with the permissions of who asks."""

    def __init__(self, request: Request) -> None:
        self._airflow = Airflow(request)

    def iniciar(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run; return its id. Raises ProblemaHttp when Airflow does not. In a thread."""
        resposta = self._airflow.pedir(
            "POST",
            f"dags/{quote(dag_id, safe='')}/dagRuns",
            {"logical_date": None, "conf": dict(conf)},
        )
        # Who may start tiss_envio operates; a role of a clinic's own may know no other DAG.
        if resposta.status_code == 403:
            raise ProblemaHttp(
                403,
                "Sem permissão",
                f"Seu perfil não inicia {dag_id}. O que estava gravado continua gravado: peça "
                "acesso a quem administra o Airflow e repita.",
            )
        if resposta.is_error:
            raise ProblemaHttp(
                409,
                "A execução não começou",
                f"O Airflow não iniciou {dag_id} ({resposta.status_code}). O que estava gravado "
                "continua gravado: veja no Airflow se a DAG existe e repita.",
            )
        return str(resposta.json()["dag_run_id"])

    def tentar(self, dag_id: str, conf: Mapping[str, Any]) -> dict[str, str]:
        """Start a run of what stands as it is; return what is told of it, nothing when it did not.

        For lotes that are there and released: the next night sends them, or a person does.
        """
        try:
            return da_corrida(dag_id, self.iniciar(dag_id, conf))
        except ProblemaHttp:
            return {}


CorridasDep = Annotated[Corridas, Depends(Corridas)]


def da_corrida(dag_id: str, corrida: str) -> dict[str, str]:
    """Return what is told of a run: its DAG, its id and where a person follows it."""
    return {"dag": dag_id, "corrida": corrida, "endereco": endereco(dag_id, corrida)}


def endereco(dag_id: str, corrida: str) -> str:
    """Return the path of a run in Airflow's screens."""
    return f"/dags/{quote(dag_id, safe='')}/runs/{quote(corrida, safe='')}"
