"""The only door between Airflow and the rest: connections in, errors out.

Secrets are read here, once, and reach code as objects that do not print them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

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
from cryptography.fernet import Fernet, MultiFernet

from tiss.clients.credencial import NENHUMA, Credencial, Emissor, Prova
from tiss.clients.emissores import EmissorJwt, EmissorOAuth2
from tiss.clients.rest import ClienteRest
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota, sem_protecao
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.domain.requisicao import Token
from tiss.errors import (
    ConfigError,
    DoubtError,
    EntregaError,
    PendingError,
    RejectedError,
    TissError,
)
from tiss.messages.certificado import A1
from tiss.messages.mensagem import Login
from tiss.repository import Repositorio, contratos
from tiss.services import prova

log = structlog.get_logger(__name__)

CLINICA = "clinica_db"
CONFIGURACAO = "clinica_db_configuracao"
SEM_CONTRATO = (
    "Nenhum contrato usa uma conexão salva com este conteúdo. Salve a conexão, ponha o nome dela "
    "em `credencial` do contrato e rode: tiss contrato testar CONTRATO."
)
# What each kind of authentication needs of a connection: its fields, as their form calls them.
_EXIGE = {
    "NENHUMA": (),
    "BASIC_AUTH": ("login", "password"),
    "JWT": ("login", "password", "url_autorizacao"),
    "OAUTH2": ("login", "password", "url_autorizacao"),
    "CERTIFICADO_DIGITAL": ("certificado",),
}
_NOMES = {
    "login": "usuário",
    "password": "senha",
    "url_autorizacao": "URL do token",
    "certificado": "certificado A1",
}


def _da_tarefa(nome: str) -> Any:  # noqa: ANN401  the SDK's or the model's connection
    return BaseHook.get_connection(nome)


_ler_conexao: ContextVar[Callable[[str], Any]] = ContextVar("_ler_conexao", default=_da_tarefa)


class OperadoraHook(BaseHook):
    """What proves to an operadora who a prestador is.

    Addresses, versions and limits are not here: they belong to the contrato, in tiss.contrato.
    Which fields its form shows is in `tiss.domain.conexao`.
    """

    conn_name_attr = "tiss_conn_id"
    default_conn_name = "tiss_default"
    conn_type = "tiss"
    hook_name = "TISS operadora"

    def __init__(self, tiss_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.tiss_conn_id = tiss_conn_id

    def test_connection(self) -> tuple[bool, str]:
        """Try out each contrato that uses this connection; return whether all passed, and a report.

        The screen calls it with what stands in the form under a passing name, so the contratos are
        those whose saved connection holds the same. It stops at the first that does not pass: a
        refused credential must not be tried again.
        """
        with _fora_de_tarefa():
            return _testar_conexao(self.tiss_conn_id)


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


def cliente_de(contrato: Contrato, canal: Canal = Canal.SOAP) -> ClienteSoap | ClienteRest:
    """Return the client of a contrato with the credential of its connection, inside a task.

    Raises ConfigError that says all that is missing.
    """
    if faltas := _faltas(contrato):
        raise ConfigError(f"{'; '.join(faltas)}. Preencha em Administração > Conexões.")
    conexao = _conexao(contrato.credencial)
    a1 = conexao.a1() if contrato.tipo_autenticacao == "CERTIFICADO_DIGITAL" else None
    rota = Rota.de(contrato, a1)
    classe = ClienteSoap if canal is Canal.SOAP else ClienteRest
    return classe(
        contrato=contrato,
        credencial=_credencial(contrato, conexao, rota),
        rota=rota,
        assinar=_assinador(contrato),
    )


def faltas_da_conexao(contrato: Contrato) -> list[str]:
    """Return all that keeps the connections of a contrato from being used, in Portuguese.

    To be asked before a lote is built; nothing is sent to find it out.
    """
    try:
        faltas = _faltas(contrato)
        if not faltas:
            cliente_de(contrato)
    except ConfigError as erro:
        return [str(erro)]
    return faltas


def cliente_do_comando(contrato: Contrato, canal: Canal = Canal.SOAP) -> ClienteSoap | ClienteRest:
    """Return the same for a command typed in a shell, outside any task."""
    with _fora_de_tarefa():
        return cliente_de(contrato, canal)


def faltas_no_comando(contrato: Contrato) -> list[str]:
    """Return `faltas_da_conexao` for a command typed in a shell, outside any task."""
    with _fora_de_tarefa():
        return faltas_da_conexao(contrato)


def quem() -> str:
    """Return who is at work, for the audit trail: dag/run/task/map_index/try."""
    ti = get_current_context()["ti"]
    return f"{ti.dag_id}/{ti.run_id}/{ti.task_id}/{ti.map_index}/{ti.try_number}"


def corrida() -> str:
    """Return the run that is at work: the same for every try of a task."""
    ti = get_current_context()["ti"]
    return f"{ti.dag_id}/{ti.run_id}"


def quem_pediu() -> str:
    """Return the name of the person who started the run. Raises ConfigError when nobody did."""
    nome = get_current_context()["dag_run"].triggering_user_name
    if not nome:
        raise ConfigError("Esta execução não foi iniciada por uma pessoa: inicie-a na tela.")
    return nome


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
    """End the task in success by starting a run of another DAG; once per run of this one.

    Of a mapped task, once for each of its instances.
    """
    ti = get_current_context()["ti"]
    instancia = "" if ti.map_index in (None, -1) else f"__{ti.map_index}"
    raise DagRunTriggerException(
        trigger_dag_id=dag_id,
        dag_run_id=f"{ti.dag_id}__{ti.run_id}{instancia}",
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
    except EntregaError as erro:
        raise AirflowException(str(erro)) from erro
    except (DoubtError, RejectedError) as erro:
        raise AirflowFailException(f"Lote {erro.lote_id}: {erro}") from erro
    except TissError as erro:
        if perguntar_de_novo:
            raise AirflowException(str(erro)) from erro
        raise AirflowFailException(str(erro)) from erro


def definitiva(erro: Exception) -> bool:
    """Return whether a task that ends with this error is not tried again by itself."""
    if isinstance(erro, TissError) and not isinstance(erro, PendingError | EntregaError):
        return True
    ti = get_current_context()["ti"]
    return ti.try_number > ti.max_tries


def repositorio_da_configuracao() -> Repositorio:
    """Return the repository of who changes contratos, outside any task.

    On the connection clinica_db_configuracao; where there is none, on that of everything else,
    whose login then has to be a member of tiss_configuracao too.
    """
    with _fora_de_tarefa():
        try:
            _ler_conexao.get()(CONFIGURACAO)
        except AirflowNotFoundException:
            return repositorio_do_comando()
    return repositorio_do_comando(CONFIGURACAO)


def impressao_de(campos: Mapping[str, str]) -> str:
    """Return a digest of secrets from which nobody guesses them: it needs Airflow's own key."""
    return _impressao(_Conexao(campos=campos))


def certificado_guardado(conexao: str) -> A1 | None:
    """Return the certificate of a connection, outside any task; None: it has none that opens."""
    with _fora_de_tarefa():
        try:
            lida = _conexao(conexao)
            return lida.a1() if lida.get("certificado") else None
        except ConfigError:
            return None


def repositorio_do_comando(nome: str = CLINICA) -> Repositorio:
    """Return the repository for a command typed in a shell, outside any task."""
    with _fora_de_tarefa(), _conexao_que_falta(nome):
        conexao = _ler_conexao.get()(nome)
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
def _fora_de_tarefa() -> Iterator[None]:
    """Find connections as a shell has to.

    The SDK's BaseHook sees only the environment and secret backends there; what was typed in
    the Airflow screen is found by the model, which reads the metadata database.
    """
    from airflow.models import Connection

    antes = _ler_conexao.set(Connection.get_connection_from_secrets)  # noqa: AIR311  see above
    try:
        yield
    finally:
        _ler_conexao.reset(antes)


@contextmanager
def _conexao_que_falta(nome: str) -> Iterator[None]:
    try:
        yield
    except AirflowNotFoundException as erro:
        raise ConfigError(
            f"A conexão {nome} não existe: crie-a no Airflow ou defina AIRFLOW_CONN_{nome.upper()}."
        ) from erro


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conexao:
    """The fields of a connection of ours that are filled in, by name; masked from now on."""

    nome: str = ""
    campos: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __getitem__(self, campo: str) -> str:
        return self.campos[campo]

    def get(self, campo: str) -> str | None:
        return self.campos.get(campo)

    def a1(self) -> A1:
        """The certificate of the connection. Raises ConfigError."""
        try:
            arquivo = base64.b64decode("".join(self["certificado"].split()), validate=True)
        except (binascii.Error, ValueError):
            raise ConfigError(
                "o certificado A1 não está em Base64: cole o que `base64 -w0 arquivo.pfx` mostra"
            ) from None
        return A1.abrir(arquivo, self.get("senha_certificado"))


def _conexao(nome: str | None) -> _Conexao:
    if nome is None:
        return _Conexao()
    with _conexao_que_falta(nome):
        lida = _ler_conexao.get()(nome)
    campos = {"login": lida.login, "password": lida.password, **lida.extra_dejson}
    for campo in ("password", "renovacao", "certificado", "senha_certificado"):
        if campos.get(campo):
            mask_secret(str(campos[campo]))
    return _Conexao(
        nome=nome, campos={campo: str(valor) for campo, valor in campos.items() if valor}
    )


def _testar_conexao(nome: str) -> tuple[bool, str]:
    impressao = _impressao(_conexao(nome))
    repo = repositorio_do_comando()
    with repo.transacao() as t:
        todos = contratos.listar(t)
    iguais = {
        credencial
        for credencial in {contrato.credencial for contrato in todos} - {None}
        if _impressao_salva(credencial) == impressao
    }
    relato: list[str] = []
    for contrato in todos:
        if contrato.credencial in iguais and not contrato.pelo_portal:
            feito = prova.provar(repo, contrato, cliente_de, canal=None)
            relato.append(str(feito))
            if not feito.passou:
                return False, "\n".join(relato)
    return bool(relato), "\n".join(relato) or SEM_CONTRATO


def _impressao_salva(nome: str | None) -> str | None:
    try:
        return _impressao(_conexao(nome))
    except ConfigError:
        # A contrato that names a connection nobody made yet.
        return None


def _faltas(contrato: Contrato) -> list[str]:
    return [*_faltas_da_credencial(contrato), *_faltas_da_assinatura(contrato)]


def _faltas_da_credencial(contrato: Contrato) -> Iterator[str]:
    exigidos = list(_EXIGE[contrato.tipo_autenticacao])
    if contrato.envia_login_senha:
        exigidos += ["login", "password"]
    if not exigidos:
        return
    if contrato.credencial is None:
        yield (
            f"o contrato {contrato.nome} usa {contrato.tipo_autenticacao} e não nomeia a conexão "
            "do Airflow que guarda a credencial"
        )
        return
    conexao = _conexao(contrato.credencial)
    faltam = [campo for campo in dict.fromkeys(exigidos) if conexao.get(campo) is None]
    if faltam:
        nomes = ", ".join(_NOMES[campo] for campo in faltam)
        yield f"a conexão {conexao.nome} do Airflow está sem: {nomes}"
    url = conexao.get("url_autorizacao")
    if "url_autorizacao" in exigidos and url is not None and not _protegida(url):
        yield f"a conexão {conexao.nome} do Airflow tem URL do token que não começa com https://"
    if "certificado" in exigidos and "certificado" not in faltam:
        yield from _faltas_do_certificado(contrato, conexao)


def _protegida(url: str) -> bool:
    return url.startswith(("https://", "http://")) and not sem_protecao(url)


def _faltas_da_assinatura(contrato: Contrato) -> Iterator[str]:
    if contrato.assinatura is None:
        return
    conexao = _conexao(contrato.assinatura)
    if conexao.get("certificado") is None:
        yield f"a conexão {conexao.nome} do Airflow, que assina, está sem: certificado A1"
        return
    yield from _faltas_do_certificado(contrato, conexao)


def _faltas_do_certificado(contrato: Contrato, conexao: _Conexao) -> Iterator[str]:
    try:
        vence_em = conexao.a1().vence_em
    except ConfigError as erro:
        yield f"conexão {conexao.nome} do Airflow: {erro}"
        return
    if vence_em <= agora():
        dia = contrato.no_fuso(vence_em)
        yield f"conexão {conexao.nome} do Airflow: o certificado A1 venceu em {dia:%d/%m/%Y}"


def _credencial(contrato: Contrato, conexao: _Conexao, rota: Rota) -> Credencial:
    if not conexao.nome:
        return Credencial()
    login = None
    if contrato.envia_login_senha:
        login = Login.com_senha(conexao["login"], conexao["password"])
        # A digest of the password opens doors too.
        mask_secret(login.senha_md5)
    prova = NENHUMA
    if contrato.tipo_autenticacao == "BASIC_AUTH":
        prova = Prova.basica(conexao["login"], conexao["password"])
        mask_secret((prova.autorizacao or "").removeprefix("Basic "))
    emissor = _emissor(contrato, conexao, rota)
    return Credencial(
        prova=prova,
        login=login,
        impressao=_impressao(conexao),
        emissor=emissor,
        cifra=_CifraDoAirflow(_fernet()) if emissor is not None else None,
    )


def _emissor(contrato: Contrato, conexao: _Conexao, rota: Rota) -> Emissor | None:
    if contrato.tipo_autenticacao == "JWT":
        nomes = {
            campo: valor
            for campo in ("campo_usuario", "campo_segredo", "campo_token")
            if (valor := conexao.get(campo)) is not None
        }
        return _EmissorMascarado(
            EmissorJwt(
                url=conexao["url_autorizacao"],
                usuario=conexao["login"],
                senha=conexao["password"],
                rota=rota,
                segundos_total=contrato.segundos_total,
                **nomes,
            )
        )
    if contrato.tipo_autenticacao == "OAUTH2":
        return _EmissorMascarado(
            EmissorOAuth2(
                url=conexao["url_autorizacao"],
                cliente=conexao["login"],
                segredo=conexao["password"],
                rota=rota,
                segundos_total=contrato.segundos_total,
                escopo=conexao.get("escopo"),
                renovacao=conexao.get("renovacao"),
                no_corpo=(conexao.get("cliente_no_corpo") or "").lower() == "true",
            )
        )
    return None


def _assinador(contrato: Contrato) -> Any:  # noqa: ANN401  its module is heavy, and rarely needed
    if contrato.assinatura is None:
        return None
    from tiss.messages.assinatura import Assinador

    fuso = ZoneInfo(contrato.fuso)
    return Assinador(
        a1=_conexao(contrato.assinatura).a1(),
        politica=contrato.politica_assinatura,
        agora=lambda: agora().astimezone(fuso),
    )


@dataclass(frozen=True, slots=True)
class _EmissorMascarado:
    """Hides from the logs what an Emissor gets, before anybody can log it."""

    _emissor: Emissor = field(repr=False)

    @property
    def renovacao(self) -> str | None:
        return self._emissor.renovacao

    def emitir(self, renovacao: str | None) -> Token:
        token = self._emissor.emitir(renovacao)
        mask_secret(token.valor)
        if token.renovacao is not None:
            mask_secret(token.renovacao)
        return token


@dataclass(frozen=True, slots=True)
class _CifraDoAirflow:
    """Airflow's own key; what it opens is hidden from the logs too."""

    _fernet: MultiFernet = field(repr=False)

    def encrypt(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def decrypt(self, token: bytes) -> bytes:
        aberto = self._fernet.decrypt(token)
        mask_secret(aberto.decode())
        return aberto


def _chaves() -> list[str]:
    """The Fernet keys of this installation, the newest first. Raises ConfigError."""
    from airflow.configuration import conf

    chaves = [chave.strip() for chave in conf.get("core", "fernet_key", fallback="").split(",")]
    if not all(chaves):
        raise ConfigError("O Airflow está sem chave (AIRFLOW__CORE__FERNET_KEY): defina uma.")
    return chaves


def _fernet() -> MultiFernet:
    try:
        return MultiFernet([Fernet(chave) for chave in _chaves()])
    except ValueError:
        # Not chained: nobody promises that the cause quotes nothing.
        raise ConfigError("AIRFLOW__CORE__FERNET_KEY não é uma chave Fernet.") from None


def _impressao(conexao: _Conexao) -> str:
    """Digest of all that a connection holds, under a key that the database does not hold."""
    # As JSON, so that no two contents look alike however they are cut.
    conteudo = json.dumps(dict(conexao.campos), sort_keys=True)
    return hmac.new(_chaves()[0].encode(), conteudo.encode(), hashlib.sha256).hexdigest()
