from __future__ import annotations

import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tiss.demo import airflow
from tiss.demo.airflow import Airflow, AirflowError
from tiss.demo.supervisor import ProcessoMorreuError, Supervisor

SENHA = "senha-da-tela"
INICIO = datetime(2026, 11, 21, 2, tzinfo=UTC)


class Servidor:
    """What of Airflow's REST API the demo uses, over HTTP, with states that a test sets."""

    def __init__(self) -> None:
        self.pedidos: list[tuple[str, str, object]] = []
        self.saude = {"metadatabase": "healthy", "scheduler": "healthy", "dag_processor": "healthy"}
        self.dags: dict[str, dict[str, Any]] = {}
        self.erros: list[dict[str, str]] = []
        self.estados = ["success"]
        self.tarefas: list[dict[str, Any]] = []
        self.corridas: list[str] = []

    def responder(
        self, metodo: str, caminho: str, corpo: object, autorizado: bool
    ) -> tuple[int, Any]:
        self.pedidos.append((metodo, caminho, corpo))
        rota, _, consulta = caminho.partition("?")
        if rota == "/execution/health":
            return 200, {}
        if rota == "/auth/token":
            certa = corpo == {"username": "admin", "password": SENHA}
            return (201, {"access_token": "ficha"}) if certa else (401, {})
        if not autorizado:
            return 401, {"detail": "Not authenticated"}
        if rota == "/api/v2/monitor/health":
            return 200, {parte: {"status": estado} for parte, estado in self.saude.items()}
        if rota == "/api/v2/importErrors":
            return 200, {"import_errors": self.erros}
        if rota.endswith("/taskInstances"):
            return 200, self._pagina(consulta)
        if rota.endswith("/dagRuns"):
            if metodo == "POST":
                return 200, {"dag_run_id": "manual__1+00:00"}
            return 200, {"dag_runs": [{"dag_run_id": corrida} for corrida in self.corridas]}
        if "/dagRuns/" in rota:
            return 200, {"state": self.estados.pop(0) if self.estados else "running"}
        dag = self.dags.get(rota.rsplit("/", 1)[-1])
        return (200, dag) if dag else (404, {"detail": "not found"})

    def _pagina(self, consulta: str) -> dict[str, Any]:
        inicio = int((re.findall(r"offset=(\d+)", consulta) or ["0"])[0])
        estado = re.findall(r"state=(\w+)", consulta)
        achadas = [tarefa for tarefa in self.tarefas if not estado or tarefa["state"] in estado]
        return {"task_instances": achadas[inicio : inicio + 100], "total_entries": len(achadas)}


@pytest.fixture
def servidor() -> Servidor:
    return Servidor()


@pytest.fixture
def url(servidor: Servidor) -> Iterator[str]:
    class Atende(BaseHTTPRequestHandler):
        def _tudo(self) -> None:
            tamanho = int(self.headers.get("Content-Length") or 0)
            corpo = json.loads(self.rfile.read(tamanho)) if tamanho else None
            autorizado = self.headers.get("Authorization") == "Bearer ficha"
            status, resposta = servidor.responder(self.command, self.path, corpo, autorizado)
            texto = json.dumps(resposta).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(texto)))
            self.end_headers()
            self.wfile.write(texto)

        do_GET = do_POST = do_PATCH = _tudo

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Atende)
    http.daemon_threads = True
    linha = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    linha.start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    http.shutdown()
    linha.join()
    http.server_close()


@pytest.fixture
def api(url: str) -> Airflow:
    return Airflow(url, "admin", SENHA, verificar=lambda: None)


@pytest.fixture
def pronta(api: Airflow) -> Airflow:
    api.aguardar(10)
    return api


def tarefas(**estados: int) -> list[dict[str, Any]]:
    return [
        {"task_id": "enviar", "map_index": indice, "state": None if estado == "nada" else estado}
        for estado, quantas in estados.items()
        for indice in range(quantas)
    ]


def test_the_execution_api_is_warmed_before_anything_is_asked(
    pronta: Airflow, servidor: Servidor
) -> None:
    assert servidor.pedidos[0][1] == "/execution/health"


def test_waiting_ends_in_an_error_that_names_what_is_missing(
    api: Airflow, servidor: Servidor
) -> None:
    servidor.saude["scheduler"] = "unhealthy"

    with pytest.raises(AirflowError, match="scheduler"):
        api.aguardar(0.5)


def test_waiting_ends_at_once_when_a_process_died(url: str, servidor: Servidor) -> None:
    servidor.saude["scheduler"] = "unhealthy"

    def verificar() -> None:
        raise ProcessoMorreuError("scheduler terminou sozinho (1)")

    with pytest.raises(ProcessoMorreuError):
        Airflow(url, "admin", SENHA, verificar=verificar).aguardar(60)


def test_a_wrong_password_is_an_error_of_airflow(url: str) -> None:
    with pytest.raises(AirflowError, match="401"):
        Airflow(url, "admin", "outra", verificar=lambda: None).aguardar(10)


def test_a_parsed_dag_is_ready(pronta: Airflow, servidor: Servidor) -> None:
    servidor.dags["tiss_retorno"] = {"last_parsed_time": "2026-11-21T02:00:00.5Z"}

    pronta.aguardar_dag("tiss_retorno", 5, desde=INICIO)


def test_what_an_earlier_demo_parsed_does_not_count(pronta: Airflow, servidor: Servidor) -> None:
    servidor.dags["tiss_retorno"] = {"last_parsed_time": "2026-11-21T01:59:59.9Z"}

    with pytest.raises(AirflowError, match="a DAG tiss_retorno"):
        pronta.aguardar_dag("tiss_retorno", 0.5, desde=INICIO)


def test_a_dag_that_does_not_parse_is_told_with_its_traceback(
    pronta: Airflow, servidor: Servidor
) -> None:
    servidor.erros = [{"filename": "tiss_retorno.py", "stack_trace": "SyntaxError: aqui"}]

    with pytest.raises(AirflowError, match=r"tiss_retorno\.py(.|\n)*SyntaxError: aqui"):
        pronta.aguardar_dag("tiss_retorno", 60, desde=INICIO)


def test_a_run_is_asked_for_without_a_date_of_its_own(pronta: Airflow, servidor: Servidor) -> None:
    assert pronta.disparar("tiss_retorno") == "manual__1+00:00"

    esperado = {"logical_date": None, "conf": {}}
    assert servidor.pedidos[-1] == ("POST", "/api/v2/dags/tiss_retorno/dagRuns", esperado)


def test_a_run_is_followed_to_its_end(pronta: Airflow, servidor: Servidor) -> None:
    servidor.estados = ["queued", "running", "failed"]
    vistos: list[str] = []

    fim = pronta.acompanhar(
        "tiss_retorno", "manual__1+00:00", 10, lambda a: vistos.append(a.estado)
    )

    assert fim.estado == "failed"
    assert vistos == ["queued", "running", "failed"]


def test_every_page_of_the_task_instances_is_counted(pronta: Airflow, servidor: Servidor) -> None:
    servidor.tarefas = tarefas(success=230, running=15, nada=5)

    fim = pronta.acompanhar("tiss_faturamento", "manual__1+00:00", 10, lambda _: None)

    assert fim.tarefas == Counter({"success": 230, "running": 15, "sem estado": 5})


def test_failed_tasks_are_named_as_on_the_screen(pronta: Airflow, servidor: Servidor) -> None:
    servidor.tarefas = [
        {"task_id": "enviar", "map_index": 3, "state": "failed"},
        {"task_id": "varrer", "map_index": -1, "state": "failed"},
        {"task_id": "montar", "map_index": -1, "state": "success"},
    ]

    assert pronta.falhas("tiss_faturamento", "manual__1+00:00") == ["enviar[3]", "varrer"]


def test_runs_whose_processes_are_gone_are_ended(pronta: Airflow, servidor: Servidor) -> None:
    servidor.corridas = ["manual__a+00:00", "manual__b+00:00"]

    assert pronta.encerrar_interrompidas("tiss_retorno") == 2
    mudancas = [
        (caminho, corpo) for metodo, caminho, corpo in servidor.pedidos if metodo == "PATCH"
    ]
    raiz = "/api/v2/dags/tiss_retorno/dagRuns"
    assert mudancas == [
        (f"{raiz}/manual__a%2B00%3A00", {"state": "failed"}),
        (f"{raiz}/manual__b%2B00%3A00", {"state": "failed"}),
    ]


@pytest.fixture
def migrar(url_clinica: str, tmp_path: Path) -> Iterator[Callable[[], bool]]:
    """Run the migration with a command that does to the database what Airflow's does."""
    comando = tmp_path / "airflow"
    comando.write_text(
        f"#!{sys.executable}\n"
        "import psycopg\n"
        f"with psycopg.connect({url_clinica!r}) as c:\n"
        "    c.execute('CREATE TABLE IF NOT EXISTS public.alembic_version (version_num text)')\n"
        "    c.execute('DELETE FROM public.alembic_version')\n"
        "    c.execute(\"INSERT INTO public.alembic_version VALUES ('abc')\")\n"
    )
    comando.chmod(0o700)
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        yield lambda: airflow.migrar(
            supervisor, comando, {"PATH": "/usr/bin:/bin"}, url_clinica, tmp_path / "carimbo.json"
        )
    with psycopg.connect(url_clinica) as conexao:
        conexao.execute("DROP TABLE IF EXISTS public.alembic_version")


def test_the_metadata_database_is_migrated_once(migrar: Callable[[], bool]) -> None:
    assert [migrar(), migrar()] == [True, False]


def test_another_revision_in_the_database_is_migrated_again(
    migrar: Callable[[], bool], url_clinica: str
) -> None:
    migrar()
    with psycopg.connect(url_clinica) as conexao:
        conexao.execute("UPDATE public.alembic_version SET version_num = 'antiga'")

    assert migrar()


def test_a_database_that_was_thrown_away_is_migrated_again(
    migrar: Callable[[], bool], url_clinica: str
) -> None:
    migrar()
    with psycopg.connect(url_clinica) as conexao:
        conexao.execute("DROP TABLE public.alembic_version")

    assert migrar()
