"""The only door between Airflow and the rest: connections in, errors out.

Secrets are read here, once, and reach code as objects that do not print them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn

import psycopg
import structlog
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import BaseHook, get_current_context
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
    DagRunTriggerException,
)
from airflow.sdk.log import mask_secret
from requests.auth import HTTPBasicAuth

from tiss.clients.soap import ClienteSoap, Credencial
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.errors import ConfigError, DoubtError, PendingError, RejectedError, TissError
from tiss.messages.mensagem import Login
from tiss.repository import Repositorio

log = structlog.get_logger(__name__)

CLINICA = "clinica_db"


class OperadoraHook(BaseHook):
    """The credential of a prestador at an operadora: login and password.

    Addresses, versions and limits are not here: they belong to the contrato, in tiss.contrato.
    """

    conn_name_attr = "tiss_conn_id"
    default_conn_name = "tiss_default"
    conn_type = "tiss"
    hook_name = "TISS operadora"

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """Return which fields the form of a connection shows, and how it calls them."""
        return {
            "hidden_fields": ["host", "schema", "port", "extra"],
            "relabeling": {"login": "Usuário na operadora", "password": "Senha"},
            "placeholders": {"login": "código ou login dado pela operadora"},
        }


def repositorio() -> Repositorio:
    """Return the repository on the connection `clinica_db`, from inside a task."""
    gancho = PostgresHook(postgres_conn_id=CLINICA)

    def conectar() -> psycopg.Connection[Any]:
        # Typed as psycopg 2 or 3; it is 3 where 3 is installed, which requirements.txt sees to.
        with _conexao_que_falta(CLINICA):
            conexao: Any = gancho.get_conn()
        assert isinstance(conexao, psycopg.Connection)  # noqa: S101
        return conexao

    return Repositorio(conectar)


def cliente_de(contrato: Contrato, canal: Canal = Canal.SOAP) -> ClienteSoap:
    """Return the client of a contrato with the credential of its connection, inside a task."""
    if contrato.credencial is None:
        return ClienteSoap(contrato=contrato, credencial=Credencial())
    with _conexao_que_falta(contrato.credencial):
        conexao = BaseHook.get_connection(contrato.credencial)
    if not conexao.login or not conexao.password:
        raise ConfigError(
            f"A conexão {contrato.credencial} do Airflow está sem usuário ou sem senha: "
            "preencha-a em Administração > Conexões."
        )
    login = Login.com_senha(conexao.login, conexao.password)
    # A digest of the password opens doors too.
    mask_secret(login.senha_md5)
    basica = contrato.tipo_autenticacao == "BASIC_AUTH"
    usuario, senha = (texto.encode("utf-8") for texto in (conexao.login, conexao.password))
    return ClienteSoap(
        contrato=contrato,
        credencial=Credencial(
            auth=HTTPBasicAuth(usuario, senha) if basica else None,
            login=login if contrato.envia_login_senha else None,
            impressao=_impressao(usuario, senha),
        ),
    )


def cliente_do_comando(contrato: Contrato, canal: Canal = Canal.SOAP) -> ClienteSoap:
    """Return the same for a command typed in a shell, outside any task."""
    return cliente_de(contrato, canal)


def quem() -> str:
    """Return who is at work, for the audit trail: dag/run/task/map_index/try."""
    ti = get_current_context()["ti"]
    return f"{ti.dag_id}/{ti.run_id}/{ti.task_id}/{ti.map_index}/{ti.try_number}"


def parametros(conhecidos: frozenset[str]) -> dict[str, Any]:
    """Return the Params of the run. Raises ConfigError for a key that the DAG does not have.

    Airflow accepts unknown keys in silence: a misspelt filter would bill everything.
    """
    recebidos = dict(get_current_context()["params"])
    estranhos = sorted(set(recebidos) - conhecidos)
    if estranhos:
        raise ConfigError(
            f"Parâmetro desconhecido: {', '.join(estranhos)}. Existem: "
            f"{', '.join(sorted(conhecidos))}."
        )
    return recebidos


def disparar(dag_id: str, conf: dict[str, Any]) -> NoReturn:
    """End the task in success by starting a run of another DAG; once per run of this one."""
    ti = get_current_context()["ti"]
    raise DagRunTriggerException(
        trigger_dag_id=dag_id,
        dag_run_id=f"{ti.dag_id}__{ti.run_id}",
        conf=conf,
        reset_dag_run=False,
        skip_when_already_exists=True,
        wait_for_completion=False,
        allowed_states=[],
        failed_states=[],
        poke_interval=1,
        deferrable=False,
    )


def nomear(nome: str) -> None:
    """Give the mapped task the name that the Airflow screen shows (map_index_template)."""
    get_current_context()["nome"] = nome  # type: ignore[typeddict-unknown-key]


def agora() -> datetime:
    """Return the time, with zone."""
    return datetime.now(UTC)


@contextmanager
def airflow_failures(*, perguntar_de_novo: bool = False) -> Iterator[None]:
    """Turn our errors into what Airflow does about them: fail for good, or retry later.

    perguntar_de_novo: an answer that cannot be taken is one to ask again, which a retry does.
    """
    try:
        yield
    except PendingError as erro:
        raise AirflowException(f"Lote {erro.lote_id}: {erro}") from erro
    except (DoubtError, RejectedError) as erro:
        raise AirflowFailException(f"Lote {erro.lote_id}: {erro}") from erro
    except TissError as erro:
        if perguntar_de_novo:
            raise AirflowException(str(erro)) from erro
        raise AirflowFailException(str(erro)) from erro


def repositorio_do_comando() -> Repositorio:
    """Return the repository for a command typed in a shell, outside any task.

    The SDK's BaseHook sees only the environment and secret backends there; what was typed in
    the Airflow screen is found by the model, which reads the metadata database.
    """
    from airflow.models import Connection

    with _conexao_que_falta(CLINICA):
        conexao = Connection.get_connection_from_secrets(CLINICA)  # noqa: AIR311  see above
    parametros = {
        "host": conexao.host,
        "port": conexao.port,
        "user": conexao.login,
        "password": conexao.password,
        "dbname": conexao.schema,
        **conexao.extra_dejson,
    }
    informados = {nome: valor for nome, valor in parametros.items() if valor}
    return Repositorio(lambda: psycopg.connect(**informados))


@contextmanager
def _conexao_que_falta(nome: str) -> Iterator[None]:
    try:
        yield
    except AirflowNotFoundException as erro:
        raise ConfigError(
            f"A conexão {nome} não existe: crie-a no Airflow ou defina AIRFLOW_CONN_{nome.upper()}."
        ) from erro


def _impressao(usuario: bytes, senha: bytes) -> str:
    """Digest of a credential under a key that the database does not hold."""
    from airflow.configuration import conf

    chave = conf.get_mandatory_value("core", "fernet_key")
    return hmac.new(chave.encode(), usuario + b"\0" + senha, hashlib.sha256).hexdigest()
