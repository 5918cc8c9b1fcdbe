"""A clinic that a test bills with the real DAGs, in this process."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import psycopg
import pytest
import structlog

from tiss import settings
from tiss.demo import cadastro, clinica
from tiss.settings import FUSO
from tiss.simulador.processo import Simulador

# The day in the clinic, which between 21:00 and midnight is not that of UTC.
HOJE = datetime.now(FUSO).date()
SENHAS = {conexao: f"segredo-{conexao}-muito-bem-guardado" for conexao in cadastro.CONEXOES}
_dormir = time.sleep


class Tarefa(NamedTuple):
    """How a task instance ended, after how many tries, and what the screen calls it."""

    estado: str
    tentativas: int
    nome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rodada:
    """A DAG run that is over. log: every line as shown; xcom: whatever the tasks handed on."""

    estado: str
    tarefas: Mapping[str, list[Tarefa]]
    log: str
    xcom: list[Any]

    def estados(self, tarefa: str) -> list[str]:
        """Return the state of each instance of a task."""
        return [instancia.estado for instancia in self.tarefas[tarefa]]

    def tentativas(self, tarefa: str) -> list[int]:
        """Return how many times each instance of a task was tried."""
        return [instancia.tentativas for instancia in self.tarefas[tarefa]]


@dataclass(frozen=True, slots=True)
class Clinica:
    """A clinic with its contratos, its simulated operadoras, and the DAGs to bill it with."""

    conexao: psycopg.Connection[Any]
    """Of the owner, in autocommit; the tasks have the role tiss_app."""
    url: str
    simulador: Simulador
    ambiente: pytest.MonkeyPatch

    def rodar(self, dag_id: str, **conf: object) -> Rodada:
        """Run a DAG with these Params to its end."""
        return _rodar(dag_id, conf)

    def gerar(self, consultas: int) -> clinica.Resumo:
        """Add consultas to the clinic."""
        return clinica.gerar(self.conexao, consultas=consultas, hoje=HOJE)

    def executar(self, comando_sql: str, *parametros: object) -> None:
        """Run a statement as the owner."""
        self.conexao.execute(comando_sql.encode(), parametros)

    def linhas(self, comando_sql: str, *parametros: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.conexao.execute(comando_sql.encode(), parametros).fetchall()

    def contar(self, tabela: str, por: str = "status") -> dict[str, int]:
        """Return how many rows of a table there are by column."""
        return dict(self.linhas(f"SELECT {por}, count(*) FROM {tabela} GROUP BY {por}"))

    @property
    def logins(self) -> dict[str, tuple[str, str]]:
        """User and password by connection, as the operadoras know them."""
        return cadastro.conexoes(SENHAS)

    def definir_senha(self, conexao: str, senha: str) -> None:
        """Type the password of an operadora into Airflow's connection."""
        usuario, _ = self.logins[conexao]
        self.definir_conexao(conexao, login=usuario, password=senha)

    def definir_conexao(self, conexao: str, **campos: object) -> None:
        """Type any field of the connection of an operadora into Airflow."""
        proprios = {nome: campos.pop(nome) for nome in ("login", "password") if nome in campos}
        valor = {"conn_type": "tiss", **proprios, "extra": campos}
        self.ambiente.setenv(f"AIRFLOW_CONN_{conexao.upper()}", json.dumps(valor))

    def envios(self) -> list[dict[str, Any]]:
        """Return each lote that arrived at an operadora, and how many times it did."""
        return self.simulador.requisicoes()


AbrirClinica = Callable[..., AbstractContextManager[Clinica]]


def _rodar(dag_id: str, conf: Mapping[str, object]) -> Rodada:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    dag = DagBag(dag_folder=settings.RAIZ / "dags").dags[dag_id]
    for tarefa in dag.tasks:
        # How many tries there are is what is tested; the time between them is a test of its own.
        tarefa.retry_delay = tarefa.max_retry_delay = timedelta(milliseconds=1)
    with _linhas_do_log() as linhas, pytest.MonkeyPatch.context() as relogio:
        # dag.test looks at what may run once a second.
        relogio.setattr(time, "sleep", lambda segundos: _dormir(min(segundos, 0.02)))
        execucao = dag.test(run_conf=dict(conf))
    tarefas: dict[str, list[Tarefa]] = {tarefa.task_id: [] for tarefa in dag.tasks}
    for ti in sorted(execucao.get_task_instances(), key=lambda ti: ti.map_index):
        tarefas[ti.task_id].append(Tarefa(str(ti.state), ti.try_number, ti.rendered_map_index))
    with create_session() as sessao:
        xcom = list(sessao.scalars(select(XComModel.value).filter_by(run_id=execucao.run_id)))
    return Rodada(estado=str(execucao.state), tarefas=tarefas, log="\n".join(linhas), xcom=xcom)


@contextmanager
def _linhas_do_log() -> Iterator[list[str]]:
    """Collect what Airflow shows, tracebacks included: structlog's lines and the library's."""
    linhas: list[str] = []
    processadores = structlog.get_config()["processors"]
    desenhar = processadores[-1]

    def guardar(registrador: object, metodo: str, evento: dict[str, object]) -> str:
        linhas.append(desenhar(registrador, metodo, evento))
        raise structlog.DropEvent  # a test that fails says why, without a page of Airflow's own

    class Coletor(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            linhas.append(self.format(record))

    raiz = logging.getLogger()
    antes = raiz.handlers
    # In place: loggers that have been used hold on to the list.
    processadores[-1] = guardar
    raiz.handlers = [Coletor()]
    try:
        yield linhas
    finally:
        processadores[-1] = desenhar
        raiz.handlers = antes
