from __future__ import annotations

import re
import runpy
import tomllib
from datetime import timedelta
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml

from tiss import settings
from tiss.demo import ambiente
from tiss.services.conversa import MARGEM_SEGUNDOS
from tiss.web import formulario

TEXTO = (settings.RAIZ / "docker-compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXTO)
SERVICOS: dict[str, Any] = COMPOSE["services"]
APOIO = {"postgres", "redis"}
AIRFLOW = sorted(SERVICOS.keys() - APOIO)
COMUM: dict[str, str] = COMPOSE["x-environment"]
VARIAVEL = re.compile(r"(?<!\$)\$\{?(\w+)(?::([-?])([^}]*))?\}?")
SEGREDO = re.compile(
    r"PASSWORD|SECRET|_KEY$|REDISCLI_AUTH|SQL_ALCHEMY_CONN|^AIRFLOW_CONN_|BROKER_URL|RESULT_BACKEND"
)


def textos(no: object) -> list[str]:
    if isinstance(no, dict):
        return [texto for valor in no.values() for texto in textos(valor)]
    if isinstance(no, list):
        return [texto for valor in no for texto in textos(valor)]
    return [no] if isinstance(no, str) else []


def segundos(duracao: str) -> int:
    numero, unidade = re.fullmatch(r"(\d+)(s|m|h)", duracao).groups()  # type: ignore[union-attr]
    return int(numero) * {"s": 1, "m": 60, "h": 3600}[unidade]


def opcoes_do_airflow() -> set[str]:
    """AIRFLOW__SECTION__OPTION of every option that Airflow and the two providers declare."""
    nucleo = distribution("apache-airflow-core")
    secoes = [
        yaml.safe_load(
            Path(str(nucleo.locate_file("airflow/config_templates/config.yml"))).read_text()
        )
    ]
    for nome in ("celery", "fab"):
        provedor = distribution(f"apache-airflow-providers-{nome}")
        arquivo = provedor.locate_file(f"airflow/providers/{nome}/get_provider_info.py")
        secoes.append(runpy.run_path(str(arquivo))["get_provider_info"]()["config"])
    return {
        f"AIRFLOW__{secao}__{opcao}".upper()
        for declaradas in secoes
        for secao, conteudo in declaradas.items()
        for opcao in conteudo["options"]
    }


def dockerfile() -> str:
    texto: str = SERVICOS["worker"]["build"]["dockerfile_inline"]
    return texto.replace("$$", "$")


def test_every_component_that_airflow_3_needs_is_there() -> None:
    assert AIRFLOW == ["api-server", "dag-processor", "init", "scheduler", "worker"]


def test_there_is_no_triggerer_because_nothing_defers() -> None:
    assert "triggerer" not in SERVICOS
    codigo = "\n".join(arquivo.read_text() for arquivo in (settings.RAIZ / "dags").glob("*.py"))
    assert not re.search(r"deferrable|DeadlineAlert|Sensor", codigo)


def test_all_airflow_services_run_the_same_image() -> None:
    imagens = {SERVICOS[nome]["image"] for nome in AIRFLOW}
    assert len(imagens) == 1
    assert all(SERVICOS[nome]["build"] == SERVICOS["worker"]["build"] for nome in AIRFLOW)


@pytest.mark.parametrize("nome", AIRFLOW)
def test_a_service_adds_to_the_common_environment_and_changes_nothing_in_it(nome: str) -> None:
    assert COMUM.items() <= SERVICOS[nome]["environment"].items()
    proprias = SERVICOS[nome]["environment"].keys() - COMUM.keys()
    assert not {variavel for variavel in proprias if variavel.startswith("AIRFLOW")}


def test_the_executor_is_celery_with_users_of_fab() -> None:
    assert COMUM["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert COMUM["AIRFLOW__CORE__AUTH_MANAGER"].endswith(".FabAuthManager")


def test_a_token_ends_with_the_session_that_it_was_given_in() -> None:
    assert (
        COMUM["AIRFLOW__FAB__SESSION_MAX_LIFETIME_MINUTES"]
        == COMUM["AIRFLOW__FAB__SESSION_LIFETIME_MINUTES"]
        == str(formulario.VALE // 60)
    )


def test_who_may_open_the_screens_sees_their_entry_in_the_menu() -> None:
    comando = SERVICOS["init"]["command"][-1]
    assert "roles add-perms Viewer User --action can_read --resource Plugins" in comando


def test_tasks_find_the_api_server_where_it_listens() -> None:
    comando = SERVICOS["api-server"]["command"]
    porta = comando[comando.index("--port") + 1]
    esperado = f"http://api-server:{porta}/execution/"
    assert esperado == COMUM["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    assert SERVICOS["api-server"]["ports"][0].endswith(f":{porta}")


def test_metadata_and_celery_results_are_in_the_same_database() -> None:
    metadados = COMUM["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert COMUM["AIRFLOW__CELERY__RESULT_BACKEND"] == f"db+{metadados}"
    postgres = SERVICOS["postgres"]["environment"]
    usuario, senha, banco = (postgres[f"POSTGRES_{nome}"] for nome in ("USER", "PASSWORD", "DB"))
    assert metadados == f"postgresql+psycopg2://{usuario}:{senha}@postgres:5432/{banco}"


def test_the_broker_is_the_redis_of_the_file_with_its_password() -> None:
    senha = SERVICOS["redis"]["environment"]["REDISCLI_AUTH"]
    assert COMUM["AIRFLOW__CELERY__BROKER_URL"] == f"redis://:{senha}@redis:6379/0"


def test_airflow_knows_every_setting() -> None:
    # It ignores in silence one that is misspelt or belongs to another version.
    ajustes = {nome for nome in COMUM if nome.startswith("AIRFLOW__")}
    assert ajustes <= opcoes_do_airflow()


def test_what_the_demo_and_production_share_is_the_same_in_both() -> None:
    demo = ambiente.ambiente_airflow(
        ambiente.Pasta(settings.RAIZ),
        {"airflow": 1, "postgres": 2},
        {"fernet": "", "sessao": "", "jwt": ""},
        {},
    )
    for nome in (
        "AIRFLOW__CORE__LOAD_EXAMPLES",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE",
        "AIRFLOW__CORE__HOSTNAME_CALLABLE",
        "AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES",
        "AIRFLOW__CORE__TEST_CONNECTION",
    ):
        assert COMUM[nome] == demo[nome]


def test_dags_wait_for_a_person_to_switch_them_on() -> None:
    assert COMUM["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "True"


def test_a_missing_variable_stops_everything_with_a_message() -> None:
    usadas = [achada for texto in textos(COMPOSE) for achada in VARIAVEL.finditer(texto)]
    assert usadas
    for achada in usadas:
        nome, operador, mensagem = achada.groups()
        assert operador in ("-", "?"), f"{nome} may be empty and nobody would know"
        if operador == "?":
            assert mensagem.startswith(f"defina {nome} no arquivo .env")


def test_no_secret_is_written_in_the_file() -> None:
    for nome, servico in SERVICOS.items():
        for variavel, valor in servico["environment"].items():
            if SEGREDO.search(variavel):
                assert ":?" in valor, f"{nome}: {variavel}"


def test_the_file_with_the_secrets_is_never_committed() -> None:
    assert ".env" in (settings.RAIZ / ".gitignore").read_text().splitlines()


def test_no_password_is_in_a_command_line() -> None:
    for servico in SERVICOS.values():
        for argumento in servico.get("command", []):
            for linha in argumento.splitlines():
                if re.search(r"PASSWORD|REDISCLI_AUTH", linha):
                    # The shell's own printf and a here-document make no process.
                    assert linha.startswith(("printf ", "requirepass "))


def test_ports_are_open_to_this_machine_only() -> None:
    portas = [porta for servico in SERVICOS.values() for porta in servico.get("ports", [])]
    assert portas
    assert all(porta.startswith("127.0.0.1:") for porta in portas)


@pytest.mark.parametrize("nome", sorted(SERVICOS.keys() - {"init"}))
def test_every_service_restarts_and_tells_its_health(nome: str) -> None:
    assert SERVICOS[nome]["restart"] == "unless-stopped"
    assert SERVICOS[nome]["healthcheck"]["test"]


def test_init_runs_once_and_before_the_others() -> None:
    assert SERVICOS["init"]["restart"] == "no"
    for nome in set(AIRFLOW) - {"init"}:
        condicoes = {de: c["condition"] for de, c in SERVICOS[nome]["depends_on"].items()}
        assert condicoes["init"] == "service_completed_successfully"
        assert condicoes["postgres"] == condicoes["redis"] == "service_healthy"


def test_there_can_be_several_workers() -> None:
    assert not SERVICOS["worker"].keys() & {"container_name", "hostname", "ports"}


def test_a_worker_stops_before_the_api_server_that_its_tasks_report_to() -> None:
    assert "api-server" in SERVICOS["worker"]["depends_on"]


def test_a_stopped_worker_has_time_for_the_slowest_exchange() -> None:
    esquema = (settings.SQL / "migrations" / "0004_envio.sql").read_text()
    maximo = int(re.search(r"segundos_total BETWEEN 1 AND (\d+)", esquema)[1])  # type: ignore[index]
    paciencia = segundos(SERVICOS["worker"]["stop_grace_period"])
    assert paciencia > maximo + MARGEM_SEGUNDOS


def test_redis_hands_no_running_task_to_a_second_worker() -> None:
    visivel = int(COMUM["AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT"])
    codigo = "\n".join(arquivo.read_text() for arquivo in (settings.RAIZ / "dags").glob("*.py"))
    horas = [int(n) for n in re.findall(r"execution_timeout=timedelta\(hours=(\d+)\)", codigo)]
    assert horas
    assert visivel > 2 * timedelta(hours=max(horas)).total_seconds()


def test_volumes_keep_the_metadata_and_the_logs() -> None:
    assert set(COMPOSE["volumes"]) == {"pgdata", "logs"}
    assert all("logs:/opt/airflow/logs" in SERVICOS[nome]["volumes"] for nome in AIRFLOW)
    assert COMUM["AIRFLOW_HOME"] == "/opt/airflow"


def test_the_image_installs_what_is_locked_by_hash_and_the_project_editable() -> None:
    receita = dockerfile()
    assert "pip install --no-cache-dir --no-deps --require-hashes -r /tmp/uv.txt" in receita
    assert re.search(r"uv pip sync .*--require-hashes .*requirements\.txt", receita)
    assert re.search(r"uv pip install .*--no-deps .*--editable \.", receita)
    assert receita.index("uv pip sync") < receita.index("--editable"), "sync would remove it"


def test_the_python_of_the_image_is_one_that_the_project_allows() -> None:
    achada = re.search(r"^FROM python:(\d+)\.(\d+)-slim", dockerfile(), re.MULTILINE)
    assert achada
    projeto = tomllib.loads((settings.RAIZ / "pyproject.toml").read_text())["project"]
    assert projeto["requires-python"] == ">=3.11,<3.13"
    assert (3, 11) <= (int(achada[1]), int(achada[2])) < (3, 13)


def test_the_image_copies_only_what_is_in_the_repository() -> None:
    for linha in re.findall(r"^COPY (.+)$", dockerfile(), re.MULTILINE):
        for nome in linha.split()[:-1]:
            assert (settings.RAIZ / nome).exists(), nome


def test_the_image_holds_the_schemas_and_runs_without_root() -> None:
    receita = dockerfile()
    assert "tiss esquemas instalar" in receita
    assert receita.rstrip().endswith("USER tiss")


def test_dags_and_plugins_are_looked_for_where_the_image_has_them() -> None:
    assert "WORKDIR /opt/tiss" in dockerfile()
    assert COMUM["AIRFLOW__CORE__DAGS_FOLDER"] == "/opt/tiss/dags"
    assert COMUM["AIRFLOW__CORE__PLUGINS_FOLDER"] == "/opt/tiss/plugins"
