"""The Airflow of the demo: its commands, its metadata database and its REST API."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import requests

from tiss.demo.supervisor import Supervisor
from tiss.errors import TissError

# No triggerer: nothing defers. No log server: every task runs on the disk of the api-server.
COMPONENTES: Mapping[str, Sequence[str]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}
TERMINADA = frozenset({"success", "failed"})
INTERVALO = 0.3  # seconds between two looks at something that is awaited


class AirflowError(TissError):
    """Airflow did not do what the demo asked for."""


def migrar(
    supervisor: Supervisor, comando: Path, ambiente: Mapping[str, str], url: str, carimbo: Path
) -> bool:
    """Bring the metadata database to this version of Airflow; return False when it was there.

    carimbo: file that says for which Airflow, and up to which revision, it was done last. Asking
    Airflow itself takes seven seconds, even when there is nothing to do.
    """
    if carimbo.exists() and json.loads(carimbo.read_text()) == _revisao(url):
        return False
    supervisor.executar("airflow-migrate", [comando, "db", "migrate"], ambiente)
    carimbo.write_text(json.dumps(_revisao(url)))
    return True


def _revisao(url: str) -> dict[str, str]:
    with psycopg.connect(url) as conexao:
        tabela = conexao.execute("SELECT to_regclass('public.alembic_version')").fetchone()
        if tabela is None or tabela[0] is None:
            return {}
        linhas = conexao.execute("SELECT version_num FROM public.alembic_version").fetchall()
    revisoes = ",".join(sorted(linha[0] for linha in linhas))
    return {"airflow": version("apache-airflow-core"), "revisao": revisoes}


def iniciar(supervisor: Supervisor, comando: Path, ambiente: Mapping[str, str]) -> None:
    """Start the components; they are not ready yet."""
    for nome, argumentos in COMPONENTES.items():
        supervisor.iniciar(nome, [comando, *argumentos], ambiente)


@dataclass(frozen=True, slots=True)
class Andamento:
    """How far a DAG run is."""

    estado: str
    tarefas: Counter[str]
    """Task instances by state."""


class Airflow:
    """The REST API, as the user of the demo."""

    def __init__(
        self, url: str, usuario: str, senha: str, *, verificar: Callable[[], None]
    ) -> None:
        """Name the server; nothing is asked yet.

        verificar: called while waiting; raises when waiting is useless, because a process died.
        """
        self.url = url
        self._usuario = usuario
        self._senha = senha
        self._verificar = verificar
        self._sessao = requests.Session()
        # No proxy of the person's environment: the server is on this machine.
        self._sessao.trust_env = False

    def aguardar(self, segundos: float) -> None:
        """Wait until the servers answer and the scheduler and the dag-processor work."""
        # The first request to the execution API takes 4.5 s, which may cost the first task its
        # life: it is made here, as soon as the port answers.
        self._ate("o api-server", lambda: self._responde("/execution/health"), segundos)
        self._entrar()
        self._ate("o scheduler e o dag-processor", self._saudavel, segundos)

    def aguardar_dag(self, dag: str, segundos: float, *, desde: datetime) -> None:
        """Wait until the DAG was parsed; raise AirflowError with its import error.

        desde: an earlier reading does not count, because the file may have changed since.
        """

        def pronta() -> bool:
            resposta = self._sessao.get(f"{self.url}/api/v2/dags/{dag}", timeout=10)
            if resposta.ok and (lida := resposta.json()["last_parsed_time"]) is not None:
                return datetime.fromisoformat(lida) >= desde
            erros = self._get("/api/v2/importErrors")["import_errors"]
            if erros:
                raise AirflowError(
                    "\n".join(f"{e['filename']}:\n{e['stack_trace']}" for e in erros)
                )
            return False

        self._ate(f"a DAG {dag}", pronta, segundos)

    def encerrar_interrompidas(self, dag: str) -> int:
        """Mark as failed the runs whose processes are gone; return how many there were.

        Only for the start: nothing of an earlier demo runs any more, and Airflow would find that
        out after minutes, during which the old run keeps the new one waiting.
        """
        estados = {"state": ["queued", "running"], "limit": "100"}
        corridas = self._get(f"/api/v2/dags/{dag}/dagRuns", estados)["dag_runs"]
        for corrida in corridas:
            self._pedir("PATCH", self._corrida(dag, corrida["dag_run_id"]), {"state": "failed"})
        return len(corridas)

    def disparar(self, dag: str, conf: Mapping[str, Any] | None = None) -> str:
        """Start a run now, as a person does on the screen; return its id."""
        corpo = {"logical_date": None, "conf": dict(conf or {})}
        resposta = self._pedir("POST", f"/api/v2/dags/{dag}/dagRuns", corpo)
        return str(resposta["dag_run_id"])

    def acompanhar(
        self, dag: str, corrida: str, segundos: float, progresso: Callable[[Andamento], None]
    ) -> Andamento:
        """Wait for the end of a run, telling progresso how it goes."""
        andamento = Andamento("queued", Counter())

        def terminou() -> bool:
            nonlocal andamento
            andamento = self._andamento(dag, corrida)
            progresso(andamento)
            return andamento.estado in TERMINADA

        self._ate(f"o fim de {dag}", terminou, segundos)
        return andamento

    def falhas(self, dag: str, corrida: str) -> list[str]:
        """Return the failed task instances of a run, by name."""
        resposta = self._get(
            f"{self._corrida(dag, corrida)}/taskInstances", {"state": ["failed"], "limit": "20"}
        )
        return [
            tarefa["task_id"] + (f"[{tarefa['map_index']}]" if tarefa["map_index"] >= 0 else "")
            for tarefa in resposta["task_instances"]
        ]

    def endereco(self, dag: str, corrida: str) -> str:
        """Return where a person sees the run."""
        return f"{self.url}/dags/{dag}/runs/{corrida}"

    def _andamento(self, dag: str, corrida: str) -> Andamento:
        estado = self._get(self._corrida(dag, corrida))["state"]
        tarefas: Counter[str] = Counter()
        total, lidas = 1, 0
        while lidas < total:
            pagina = self._get(
                f"{self._corrida(dag, corrida)}/taskInstances",
                {"limit": "100", "offset": str(lidas)},
            )
            total = pagina["total_entries"]
            lidas += len(pagina["task_instances"]) or total
            tarefas.update(tarefa["state"] or "sem estado" for tarefa in pagina["task_instances"])
        return Andamento(estado, tarefas)

    def _ate(self, que: str, condicao: Callable[[], bool], segundos: float) -> None:
        limite = time.monotonic() + segundos
        while not condicao():
            self._verificar()
            if time.monotonic() > limite:
                raise AirflowError(f"Esperei {segundos:.0f} s por {que} do Airflow, sem sucesso.")
            time.sleep(INTERVALO)

    def _responde(self, caminho: str) -> bool:
        try:
            return self._sessao.get(self.url + caminho, timeout=30).ok
        except requests.RequestException:
            return False

    def _saudavel(self) -> bool:
        saude = self._get("/api/v2/monitor/health")
        return all(
            saude[parte]["status"] == "healthy"
            for parte in ("metadatabase", "scheduler", "dag_processor")
        )

    def _entrar(self) -> None:
        corpo = {"username": self._usuario, "password": self._senha}
        self._sessao.headers.pop("Authorization", None)
        token = self._pedir("POST", "/auth/token", corpo)["access_token"]
        self._sessao.headers["Authorization"] = f"Bearer {token}"

    @staticmethod
    def _corrida(dag: str, corrida: str) -> str:
        return f"/api/v2/dags/{dag}/dagRuns/{quote(corrida, safe='')}"

    def _get(self, caminho: str, parametros: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self._pedir("GET", caminho, parametros=parametros)

    def _pedir(
        self,
        metodo: str,
        caminho: str,
        corpo: Mapping[str, Any] | None = None,
        parametros: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            resposta = self._sessao.request(
                metodo, self.url + caminho, json=corpo, params=parametros, timeout=30
            )
        except requests.RequestException as erro:
            self._verificar()
            raise AirflowError(f"{metodo} {caminho}: {type(erro).__name__}") from erro
        if not resposta.ok:
            raise AirflowError(f"{metodo} {caminho}: {resposta.status_code} {resposta.text[:500]}")
        corpo_da_resposta: dict[str, Any] = resposta.json()
        return corpo_da_resposta
