"""Where the demo keeps its files, its secrets, and the settings that its Airflow runs with."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tiss import settings

FATURAMENTO = "tiss_faturamento"
RETORNO = "tiss_retorno"
USUARIO_DA_TELA = "admin"
# Who may log in, with the role that Airflow gives them: to see what each may do.
PESSOAS_DA_TELA = {USUARIO_DA_TELA: "admin", "operacao": "op", "leitura": "viewer"}
PAPEL_DAS_TAREFAS = "tiss_app"
PAPEL_DE_QUEM_CONFIGURA = "tiss_config"
# Of the person who runs the demo, what its processes need: no PYTHONPATH, no AIRFLOW_HOME.
HERDADAS = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TISS_ESQUEMAS", "TISS_AMOSTRAS")


@dataclass(frozen=True, slots=True)
class Pasta:
    """The folder of a demo, `.tiss`, and what is where in it."""

    raiz: Path

    @property
    def tiss(self) -> Path:
        """Everything that `make clean` forgets."""
        return self.raiz / ".tiss"

    @property
    def postgres(self) -> Path:
        """The cluster: databases airflow and clinica."""
        return self.tiss / "postgres"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.tiss / "airflow"

    @property
    def registros(self) -> Path:
        """What each process wrote."""
        return self.tiss / "logs"

    @property
    def trava(self) -> Path:
        """Held while a demo of this folder runs."""
        return self.tiss / "demo.lock"

    @property
    def livro(self) -> Path:
        """The ledger of the simulated operadoras."""
        return self.tiss / "simulador.sqlite"

    @property
    def senhas_da_tela(self) -> Path:
        """The passwords of Airflow's SimpleAuthManager."""
        return self.airflow / "senhas.json"

    def criar(self) -> None:
        """Make the folders; those that may hold a secret for their owner only."""
        # The server of PostgreSQL may run as another user: it has to pass through this one.
        self.tiss.mkdir(exist_ok=True)
        for pasta in (self.airflow, self.registros):
            pasta.mkdir(mode=0o700, exist_ok=True)


def segredos(arquivo: Path, nomes: Iterable[str]) -> dict[str, str]:
    """Return a secret for each name, the same ones on every run.

    arquivo: JSON, readable by its owner only; a name that it lacks gets a random secret. Each is
    32 random bytes in URL-safe base64, which is also what a Fernet key has to be.
    """
    guardados: dict[str, str] = json.loads(arquivo.read_text()) if arquivo.exists() else {}
    novos = {nome: _segredo() for nome in nomes if nome not in guardados}
    if novos:
        guardados |= novos
        gravar_privado(arquivo, json.dumps(guardados, indent=1))
    return guardados


def gravar_privado(arquivo: Path, texto: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    novo = arquivo.with_suffix(".novo")
    novo.unlink(missing_ok=True)
    with open(os.open(novo, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as aberto:
        aberto.write(texto + "\n")
    novo.replace(arquivo)


def ambiente_base() -> dict[str, str]:
    """Return the environment of a process that is not Airflow."""
    herdado = {nome: os.environ[nome] for nome in HERDADAS if nome in os.environ}
    # The commands of this virtual environment, also those that Airflow calls by name.
    binarios = os.path.dirname(sys.executable)
    return herdado | {
        "PATH": f"{binarios}:{herdado.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }


def ambiente_airflow(
    pasta: Pasta, portas: Mapping[str, int], senhas: Mapping[str, str], conexoes: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of Airflow's processes.

    conexoes: what Airflow reads as connections, by name. They live in the environment only, so
    that neither a command line nor the metadata database holds a password.
    """
    local = "127.0.0.1"
    url = f"http://{local}:{portas['airflow']}"
    banco = f"{local}:{portas['postgres']}"
    return ambiente_base() | {
        "AIRFLOW_HOME": str(pasta.airflow),
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.RAIZ / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(settings.RAIZ / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "8",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "America/Sao_Paulo",
        # The default asks the DNS, which on a machine without one takes seconds, again and again.
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
        "AIRFLOW__CORE__FERNET_KEY": senhas["fernet"],
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
            f"{nome}:{papel}" for nome, papel in PESSOAS_DA_TELA.items()
        ),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(pasta.senhas_da_tela),
        "AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES": "senha,chave,certificado",
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://tiss@{banco}/airflow",
        "AIRFLOW__API__HOST": local,
        "AIRFLOW__API__PORT": str(portas["airflow"]),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__SECRET_KEY": senhas["sessao"],
        "AIRFLOW__API__INSTANCE_NAME": "Faturamento TISS (demonstração)",
        "AIRFLOW__API_AUTH__JWT_SECRET": senhas["jwt"],
        # The nights of the demo are asked for; none comes by itself because a clock struck while
        # it runs. Runs asked for on the screen do run.
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        # When the last socket of a task closes before its process is reaped, its worker looks again
        # after this long, the default being 5 s: every other task held its place for that time.
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW_CONN_CLINICA_DB": f"postgresql://{PAPEL_DAS_TAREFAS}@{banco}/clinica",
        "AIRFLOW_CONN_CLINICA_DB_CONFIGURACAO": (
            f"postgresql://{PAPEL_DE_QUEM_CONFIGURA}@{banco}/clinica"
        ),
        **{f"AIRFLOW_CONN_{nome.upper()}": valor for nome, valor in conexoes.items()},
    }


def conexao_tiss(usuario: str, senha: str) -> str:
    """Return a connection of type tiss as Airflow reads it from the environment."""
    return json.dumps({"conn_type": "tiss", "login": usuario, "password": senha})


def _segredo() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
