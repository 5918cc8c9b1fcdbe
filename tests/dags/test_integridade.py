"""What every DAG of this project has to be, before any of its tasks runs."""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from airflow.sdk import DAG

from tiss import settings

NO_RELOGIO = ("tiss_faturamento", "tiss_retorno")
COM_FIM = ("tiss_faturamento", "tiss_retorno", "tiss_envio")
A_MAO = ("tiss_cancelamento", "tiss_duvida", "tiss_envio", "tiss_recurso")
DAGS = (*NO_RELOGIO, *A_MAO)
PASTA = settings.RAIZ / "dags"
ARQUIVOS = sorted(PASTA.glob("*.py"))
# Everything else waits until a task runs: each task parses its file again.
NO_TOPO = {"__future__", "datetime", "airflow.sdk", "tiss.operadores"}
LINHAS_POR_TAREFA = 5


@pytest.fixture(scope="module")
def dags(metadados: None) -> dict[str, DAG]:
    from airflow.dag_processing.dagbag import DagBag

    return dict(DagBag(dag_folder=PASTA).dags)


@pytest.fixture
def isolado(metadados: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever reaches for a connection, a variable, a database or the network, fails."""
    from airflow import models, sdk
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def proibido(*_: object, **__: object) -> None:
        raise AssertionError("proibido ao ler a DAG")

    for alvo, nome in (
        (socket.socket, "connect"),
        (socket, "create_connection"),
        (socket, "getaddrinfo"),
        (psycopg, "connect"),
        (psycopg.Connection, "connect"),
        (sdk.BaseHook, "get_connection"),
        (sdk.Connection, "get"),
        (sdk.Variable, "get"),
        (models.Connection, "get_connection_from_secrets"),  # noqa: AIR311  the old name reaches it too
        (models.Variable, "get"),  # noqa: AIR311  the old name reaches it too
    ):
        monkeypatch.setattr(alvo, nome, proibido)
    event.listen(Engine, "before_cursor_execute", proibido)
    yield
    event.remove(Engine, "before_cursor_execute", proibido)


def test_parsing_gives_exactly_the_dags_without_error_or_warning(isolado: None) -> None:
    from airflow.dag_processing.dagbag import DagBag

    lidas = DagBag(dag_folder=PASTA)
    assert lidas.import_errors == {}
    assert lidas.captured_warnings == {}
    assert sorted(lidas.dags) == sorted(DAGS)


@pytest.mark.parametrize(
    "alcance",
    [
        "from airflow.sdk import Variable; Variable.get('x', default=None)",
        "from airflow.sdk import BaseHook; BaseHook.get_connection('clinica_db')",
        "import psycopg; psycopg.connect('host=127.0.0.1')",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "from airflow.providers.postgres.hooks.postgres import PostgresHook;"
        " PostgresHook('clinica_db').get_conn()",
        "from airflow.models import DagRun; DagRun.find(dag_id='x')",
    ],
)
def test_a_dag_that_reaches_out_while_it_is_parsed_would_be_noticed(
    isolado: None, tmp_path: Path, alcance: str
) -> None:
    from airflow.dag_processing.dagbag import DagBag

    # Airflow looks for these words before it reads a file.
    arquivo = tmp_path / "dag_curiosa.py"
    arquivo.write_text(f"from airflow.sdk import dag\n{alcance}\n")
    [erro] = DagBag(dag_folder=tmp_path).import_errors.values()
    assert "proibido ao ler a DAG" in erro


@pytest.mark.parametrize("arquivo", ARQUIVOS, ids=lambda arquivo: arquivo.stem)
def test_a_file_imports_nothing_heavy_at_its_top(arquivo: Path) -> None:
    importados: set[str | None] = set()
    for no in ast.parse(arquivo.read_text()).body:
        match no:
            case ast.Import():
                importados |= {nome.name for nome in no.names}
            case ast.ImportFrom():
                importados.add(no.module)
    assert importados <= NO_TOPO


def _tarefas() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{arquivo.stem}.{no.name}", no)
        for arquivo in ARQUIVOS
        for no in ast.walk(ast.parse(arquivo.read_text()))
        if isinstance(no, ast.FunctionDef)
        and any("task" in ast.unparse(decorador) for decorador in no.decorator_list)
    ]


@pytest.mark.parametrize(
    ("nome", "tarefa"), [pytest.param(nome, no, id=nome) for nome, no in _tarefas()]
)
def test_a_task_only_calls(nome: str, tarefa: ast.FunctionDef) -> None:
    linhas = {
        no.lineno for comando in tarefa.body for no in ast.walk(comando) if hasattr(no, "lineno")
    }
    assert len(linhas) <= LINHAS_POR_TAREFA, nome
    desvios = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.Match, ast.comprehension)
    assert not [no for no in ast.walk(tarefa) if isinstance(no, desvios)], nome


def test_every_task_was_looked_at(dags: dict[str, DAG]) -> None:
    # The questions are operators: what they do is tested by their answers.
    perguntas = ["tiss_duvida.perguntar", "tiss_recurso.aprovar"]
    assert sorted([*(nome for nome, _ in _tarefas()), *perguntas]) == sorted(
        f"{dag_id}.{tarefa}" for dag_id, dag in dags.items() for tarefa in dag.task_dict
    )


@pytest.mark.parametrize(
    ("dag_id", "cron"), [("tiss_faturamento", "0 2 * * *"), ("tiss_retorno", "0 * * * *")]
)
def test_the_schedule_is_the_clinics(dags: dict[str, DAG], dag_id: str, cron: str) -> None:
    from airflow.serialization.encoders import coerce_to_core_timetable

    horario = coerce_to_core_timetable(dags[dag_id].timetable).serialize()
    assert horario["expression"] == cron
    assert horario["timezone"] == "America/Sao_Paulo"


@pytest.mark.parametrize("dag_id", NO_RELOGIO)
def test_switching_a_dag_on_waits_for_the_clock_and_bills_nothing_at_once(
    dags: dict[str, DAG], dag_id: str
) -> None:
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import TimeRestriction

    dag = dags[dag_id]
    primeira = coerce_to_core_timetable(dag.timetable).next_dagrun_info(
        last_automated_data_interval=None,
        restriction=TimeRestriction(dag.start_date, dag.end_date, dag.catchup),
    )
    assert primeira is not None
    assert primeira.run_after > datetime.now(UTC)


@pytest.mark.parametrize("dag_id", DAGS)
def test_what_was_missed_while_airflow_was_down_is_not_run_again(
    dags: dict[str, DAG], dag_id: str
) -> None:
    assert dags[dag_id].catchup is False


@pytest.mark.parametrize("dag_id", DAGS)
def test_the_documentation_is_a_page_in_portuguese(dags: dict[str, DAG], dag_id: str) -> None:
    texto = dags[dag_id].doc_md
    assert texto.startswith("# ")
    assert "**Pode rodar de novo a qualquer hora" in texto
    assert "| tarefa | faz | se falhar |" in texto


@pytest.mark.parametrize("dag_id", DAGS)
def test_the_documentation_explains_every_task_and_no_other(
    dags: dict[str, DAG], dag_id: str
) -> None:
    linhas = dags[dag_id].doc_md.split("\n")
    explicadas = [linha.split("`")[1] for linha in linhas if linha.startswith("| `")]
    assert sorted(explicadas) == sorted(dags[dag_id].task_dict)


def test_the_documentation_names_commands_that_exist(
    dags: dict[str, DAG], capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    from tiss import cli

    textos = " ".join(dag.doc_md.replace("\n  ", " ") for dag in dags.values())
    comandos = re.findall(r"`tiss ([^`]+)`", textos)
    assert len(comandos) >= 4
    for comando in comandos:
        argumentos = [
            {"LOTE": "1", "ID": "1", "N": "1", "RECURSO": "1"}.get(p, p) for p in comando.split()
        ]
        assert cli._analisador().parse_args(argumentos).comando


@pytest.mark.parametrize("dag_id", DAGS)
def test_it_is_found_by_its_tag(dags: dict[str, DAG], dag_id: str) -> None:
    assert dags[dag_id].tags == {"tiss"}


@pytest.mark.parametrize(
    ("dag_id", "tarefa", "retentativas", "primeira", "teto"),
    [
        ("tiss_faturamento", "enviar", 5, timedelta(seconds=30), timedelta(minutes=30)),
        ("tiss_envio", "enviar", 5, timedelta(seconds=30), timedelta(minutes=30)),
        ("tiss_retorno", "consultar", 2, timedelta(seconds=60), timedelta(minutes=15)),
    ],
)
def test_what_talks_to_an_operadora_backs_off(
    dags: dict[str, DAG],
    dag_id: str,
    tarefa: str,
    retentativas: int,
    primeira: timedelta,
    teto: timedelta,
) -> None:
    conversa = dags[dag_id].task_dict[tarefa]
    assert conversa.retries == retentativas
    assert conversa.retry_delay == primeira
    assert conversa.retry_exponential_backoff == 2.0
    assert conversa.max_retry_delay == teto
    assert conversa.execution_timeout is not None


@pytest.mark.parametrize("dag_id", COM_FIM)
def test_every_other_task_is_retried_a_bounded_number_of_times(
    dags: dict[str, DAG], dag_id: str
) -> None:
    for nome, tarefa in dags[dag_id].task_dict.items():
        assert tarefa.retries <= 5, nome
    # It tells how the run ended; the same answer twice helps nobody.
    assert dags[dag_id].task_dict["concluir"].retries == 0


@pytest.mark.parametrize("dag_id", COM_FIM)
def test_the_last_task_runs_whatever_happened_before_it(dags: dict[str, DAG], dag_id: str) -> None:
    folhas = [tarefa for tarefa in dags[dag_id].tasks if not tarefa.downstream_task_ids]
    assert [(tarefa.task_id, tarefa.trigger_rule) for tarefa in folhas] == [
        ("concluir", "all_done")
    ]


def _conferir_formulario(dag: DAG, conf: dict[str, object]) -> dict[str, Any]:
    """What the API server does with the form, on the DAG as it is stored."""
    from airflow.serialization.serialized_objects import DagSerialization

    guardada = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
    params: dict[str, Any] = guardada.params.deep_merge(conf).validate()
    return params


def test_an_empty_form_asks_for_everything(dags: dict[str, DAG]) -> None:
    assert _conferir_formulario(dags["tiss_faturamento"], {}) == {
        "operadoras": [],
        "prestadores": [],
        "desde": None,
        "ate": None,
        "tipos": [],
        "consultas": [],
        "apenas_validar": False,
    }
    assert _conferir_formulario(dags["tiss_retorno"], {}) == {"operadoras": [], "protocolos": []}


@pytest.mark.parametrize(
    ("dag_id", "conf"),
    [
        ("tiss_faturamento", {"operadoras": ["999001", "000043"]}),
        ("tiss_faturamento", {"desde": "2026-01-31", "ate": None}),
        ("tiss_faturamento", {"tipos": ["CONSULTA"], "apenas_validar": True}),
        ("tiss_retorno", {"operadoras": ["999001"], "protocolos": ["0000000001"]}),
    ],
)
def test_the_form_takes_what_is_well_written(
    dags: dict[str, DAG], dag_id: str, conf: dict[str, object]
) -> None:
    assert conf.items() <= _conferir_formulario(dags[dag_id], conf).items()


@pytest.mark.parametrize(
    ("dag_id", "conf"),
    [
        ("tiss_faturamento", {"operadoras": ["99900"]}),
        ("tiss_faturamento", {"operadoras": ["9990011"]}),
        ("tiss_faturamento", {"operadoras": ["99900a"]}),
        ("tiss_faturamento", {"operadoras": "999001"}),
        ("tiss_faturamento", {"operadoras": [999001]}),
        ("tiss_faturamento", {"desde": "31/01/2026"}),
        ("tiss_faturamento", {"ate": ""}),
        ("tiss_faturamento", {"tipos": ["TRATAMENTO_ODONTO"]}),
        ("tiss_faturamento", {"consultas": [1]}),
        ("tiss_faturamento", {"apenas_validar": "sim"}),
        ("tiss_retorno", {"operadoras": ["99900"]}),
        ("tiss_retorno", {"protocolos": [1]}),
        ("tiss_envio", {}),
        ("tiss_envio", {"lotes": []}),
        ("tiss_envio", {"lotes": ["1"]}),
        ("tiss_envio", {"lotes": [0]}),
        ("tiss_cancelamento", {}),
        ("tiss_cancelamento", {"lotes": []}),
        ("tiss_cancelamento", {"lotes": ["1"]}),
        ("tiss_duvida", {"lotes": ["x"]}),
        ("tiss_recurso", {"operadoras": ["99900"]}),
        ("tiss_recurso", {"codigos": [1705]}),
    ],
)
def test_the_form_refuses_what_is_not(
    dags: dict[str, DAG], dag_id: str, conf: dict[str, object]
) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        _conferir_formulario(dags[dag_id], conf)


def test_the_form_offers_every_kind_of_guia(dags: dict[str, DAG]) -> None:
    from tiss.domain.cadastro import TipoGuia

    campo = dags["tiss_faturamento"].params.get_param("tipos")
    assert set(campo.schema["items"]["enum"]) == set(campo.schema["examples"]) == set(TipoGuia)
    todos = {"tipos": [str(tipo) for tipo in TipoGuia]}
    assert todos.items() <= _conferir_formulario(dags["tiss_faturamento"], todos).items()


@pytest.mark.parametrize("dag_id", DAGS)
def test_every_field_of_the_form_has_a_title_and_an_explanation(
    dags: dict[str, DAG], dag_id: str
) -> None:
    for nome in dags[dag_id].params:
        campo = dags[dag_id].params.get_param(nome)
        assert campo.schema["title"], nome
        assert campo.description or "(inclusive)" in campo.schema["title"], nome


def test_the_form_and_the_first_task_know_the_same_keys(dags: dict[str, DAG]) -> None:
    from tiss import tarefas

    assert set(dags["tiss_faturamento"].params) == tarefas.FATURAMENTO
    assert set(dags["tiss_retorno"].params) == tarefas.RETORNO
    assert set(dags["tiss_envio"].params) == tarefas.ENVIO
    assert set(dags["tiss_cancelamento"].params) == tarefas.CANCELAMENTO
    assert set(dags["tiss_duvida"].params) == tarefas.DUVIDA
    assert set(dags["tiss_recurso"].params) == tarefas.RECURSO
