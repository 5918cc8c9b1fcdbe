"""The tab on an instance of a task: the lotes that it spoke with operadoras about."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from tiss.repository.listas import lotes
from tiss.web.acesso import PessoaDep
from tiss.web.banco import RepositorioDep
from tiss.web.filtros import SEM_NULO
from tiss.web.telas.pagina import pagina

rotas = APIRouter(default_response_class=HTMLResponse)

Parte = Annotated[str, Query(max_length=250, pattern=SEM_NULO)]


@rotas.get("/tarefa")
def mostrar(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    dag: Parte = "",
    run: Parte = "",
    task: Parte = "",
    indice: Parte = "-1",
) -> HTMLResponse:
    """The lotes of a task; what its address leaves out, or Airflow did not fill in, finds none."""
    with repo.transacao() as t:
        achados = lotes.da_tarefa(t, f"{dag}/{run}/{task}/{indice}/")
    return pagina(request, "tarefa.html", pessoa, repo, aba="", lotes=achados)
