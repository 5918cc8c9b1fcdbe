"""The door between Airflow and the rest: what comes in, what goes out, what never shows."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from requests.auth import HTTPBasicAuth

from tiss import errors, hooks
from tiss.demo import cadastro
from tiss.domain.cadastro import Contrato
from tiss.repository import Repositorio, contratos

CONEXAO = cadastro.CONEXOES[0]
VARIAVEL = f"AIRFLOW_CONN_{CONEXAO.upper()}"
SENHA = "çenha-muito-secreta"


@pytest.fixture
def contrato(repo: Repositorio) -> Contrato:
    with repo.transacao() as t:
        [achado] = contratos.listar(t, operadoras=["999001"], prestadores=["MATRIZ"])
    return achado


@pytest.fixture
def contrato_com_login(repo: Repositorio) -> Contrato:
    with repo.transacao() as t:
        [achado] = contratos.listar(t, operadoras=["999002"], prestadores=["MATRIZ"])
    return achado


def _definir(monkeypatch: pytest.MonkeyPatch, contrato: Contrato, **campos: str) -> None:
    assert contrato.credencial is not None
    monkeypatch.setenv(
        f"AIRFLOW_CONN_{contrato.credencial.upper()}", json.dumps({"conn_type": "tiss", **campos})
    )


@pytest.mark.parametrize(
    ("erro", "vira"),
    [
        (errors.PendingError("aguarde", lote_id=7), AirflowException),
        (errors.RejectedError("recusado", lote_id=7), AirflowFailException),
        (errors.DoubtError("talvez", lote_id=7), AirflowFailException),
        (errors.ConfigError("falta"), AirflowFailException),
        (errors.TransitionError("não pode"), AirflowFailException),
        (errors.UnreadableError("ilegível"), AirflowFailException),
    ],
    ids=lambda valor: type(valor).__name__ if isinstance(valor, Exception) else valor.__name__,
)
def test_only_what_a_later_try_can_mend_is_retried(
    erro: errors.TissError, vira: type[Exception]
) -> None:
    with pytest.raises(AirflowException) as apanhado, hooks.airflow_failures():
        raise erro
    assert type(apanhado.value) is vira
    assert str(erro) in str(apanhado.value)
    assert apanhado.value.__cause__ is erro


def test_the_error_of_a_lote_names_it() -> None:
    with pytest.raises(AirflowException, match=r"^Lote 7: aguarde$"), hooks.airflow_failures():
        raise errors.PendingError("aguarde", lote_id=7)


def test_every_error_of_ours_has_a_fate() -> None:
    def todas(classe: type[errors.TissError]) -> Iterator[type[errors.TissError]]:
        yield classe
        for filha in classe.__subclasses__():
            if filha.__module__ == "tiss.errors":
                yield from todas(filha)

    for classe in todas(errors.TissError):
        argumentos: dict[str, Any] = {}
        if issubclass(classe, errors.OperadoraError):
            argumentos["lote_id"] = 1
        with pytest.raises(AirflowException), hooks.airflow_failures():
            raise classe("x", **argumentos)


def test_an_error_that_is_not_ours_goes_through_and_airflow_retries_it() -> None:
    with pytest.raises(psycopg.OperationalError), hooks.airflow_failures():
        raise psycopg.OperationalError("o banco reiniciou")


def test_the_client_of_a_contrato_has_the_credential_of_its_connection(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    _definir(monkeypatch, contrato, login="matriz", password=SENHA)
    cliente = hooks.cliente_de(contrato)
    # As bytes: requests would write them in ISO-8859-1.
    assert cliente.credencial.auth == HTTPBasicAuth(b"matriz", SENHA.encode())
    assert cliente.credencial.login is None


def test_the_login_enters_the_message_where_the_contrato_says_so(
    contrato_com_login: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    _definir(monkeypatch, contrato_com_login, login="matriz", password=SENHA)
    login = hooks.cliente_de(contrato_com_login).credencial.login
    assert login is not None
    assert login.usuario == "matriz"
    assert len(login.senha_md5) == 32


def test_an_operadora_that_asks_for_nothing_gets_nothing(
    contrato: Contrato, conexao: psycopg.Connection[Any], repo: Repositorio
) -> None:
    conexao.execute(
        "UPDATE tiss.contrato SET tipo_autenticacao = 'NENHUMA', credencial = NULL WHERE id = %s",
        [contrato.id],
    )
    with repo.transacao() as t:
        aberto = contratos.obter(t, contrato.id)
    credencial = hooks.cliente_de(aberto).credencial
    assert (credencial.auth, credencial.login, credencial.impressao) == (None, None, None)


def test_a_connection_that_does_not_exist_is_named_with_the_cure(contrato: Contrato) -> None:
    with pytest.raises(errors.ConfigError) as apanhado:
        hooks.cliente_de(contrato)
    assert str(apanhado.value) == (
        f"A conexão {CONEXAO} não existe: crie-a no Airflow ou defina {VARIAVEL}."
    )


@pytest.mark.parametrize("campos", [{}, {"login": "matriz"}, {"password": SENHA}])
def test_an_incomplete_connection_is_named_with_the_cure(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch, campos: dict[str, str]
) -> None:
    _definir(monkeypatch, contrato, **campos)
    with pytest.raises(errors.ConfigError) as apanhado:
        hooks.cliente_de(contrato)
    assert str(apanhado.value) == (
        f"A conexão {CONEXAO} do Airflow está sem usuário ou sem senha: "
        "preencha-a em Administração > Conexões."
    )


def test_the_secret_is_in_no_repr(
    contrato: Contrato,
    contrato_com_login: Contrato,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for cada in (contrato, contrato_com_login):
        _definir(monkeypatch, cada, login="matriz", password=SENHA)
        cliente = hooks.cliente_de(cada)
        login = cliente.credencial.login
        for texto in (repr(cliente), str(cliente), repr(cliente.credencial), f"{login!r} {login}"):
            assert SENHA not in texto
            assert login is None or login.senha_md5 not in texto


def test_the_secret_and_its_digest_are_masked_in_the_logs(
    contrato_com_login: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk._shared.secrets_masker import redact

    _definir(monkeypatch, contrato_com_login, login="matriz", password=SENHA)
    login = hooks.cliente_de(contrato_com_login).credencial.login
    assert login is not None
    assert redact(f"vazou {SENHA} e {login.senha_md5}") == "vazou *** e ***"


def test_the_fingerprint_changes_with_the_secret_and_with_the_user(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    impressoes = set()
    for login, senha in [
        ("a", "segredo1"),
        ("a", "segredo2"),
        ("b", "segredo1"),
        ("as", "egredo1"),
    ]:
        _definir(monkeypatch, contrato, login=login, password=senha)
        impressoes.add(hooks.cliente_de(contrato).credencial.impressao)
    assert len(impressoes) == 4


def test_the_fingerprint_is_the_same_for_the_same_secret(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    _definir(monkeypatch, contrato, login="matriz", password=SENHA)
    impressoes = [hooks.cliente_de(contrato).credencial.impressao for _ in range(2)]
    assert impressoes[0] == impressoes[1]


def test_the_fingerprint_cannot_be_guessed_without_the_key_of_airflow(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    _definir(monkeypatch, contrato, login="matriz", password=SENHA)
    uma = hooks.cliente_de(contrato).credencial.impressao
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "b3V0cmEgY2hhdmUgZGUgdGVzdGUsIDMyIGJ5dGVzICE=")
    outra = hooks.cliente_de(contrato).credencial.impressao
    assert uma != outra
    assert SENHA not in str(uma)


def test_a_task_reaches_the_database_of_its_connection(
    url_clinica: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", url_clinica)
    with hooks.repositorio().transacao() as t:
        assert len(contratos.listar(t)) == len(cadastro.CONTRATOS)


def test_a_task_without_the_connection_of_the_clinic_says_how_to_make_it() -> None:
    repo = hooks.repositorio()
    with pytest.raises(errors.ConfigError, match="clinica_db não existe"), repo.transacao():
        pass


def test_a_command_reaches_the_database_named_in_the_environment(
    url_clinica: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", url_clinica)
    with hooks.repositorio_do_comando().transacao() as t:
        assert len(contratos.listar(t)) == len(cadastro.CONTRATOS)


@pytest.fixture
def na_tela(metadados: None, url_clinica: str) -> Iterator[str]:
    """The connection as a person types it on the screen: in the metadata database, encrypted."""
    from airflow.models import Connection
    from airflow.utils.session import create_session

    url = f"{url_clinica}?application_name=da_tela"
    with create_session() as sessao:
        digitada = Connection(conn_id=hooks.CLINICA, uri=url)  # noqa: AIR311  the SDK cannot write
        sessao.add(digitada)
    yield url_clinica
    with create_session() as sessao:
        sessao.delete(digitada)


def test_a_command_reaches_the_database_typed_on_the_screen(na_tela: str) -> None:
    with hooks.repositorio_do_comando().transacao() as t:
        assert len(contratos.listar(t)) == len(cadastro.CONTRATOS)
        assert t._conexao.info.dbname == na_tela.rsplit("/", 1)[1]


def test_a_command_obeys_the_options_of_the_connection(na_tela: str) -> None:
    with hooks.repositorio_do_comando().transacao() as t:
        assert t._conexao.info.get_parameters()["application_name"] == "da_tela"


def test_a_command_prefers_the_environment_to_the_screen(
    na_tela: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", f"{na_tela}?application_name=do_ambiente")
    with hooks.repositorio_do_comando().transacao() as t:
        assert t._conexao.info.get_parameters()["application_name"] == "do_ambiente"


def test_a_command_without_the_connection_says_how_to_make_it(metadados: None) -> None:
    with pytest.raises(errors.ConfigError) as apanhado:
        hooks.repositorio_do_comando()
    assert str(apanhado.value) == (
        "A conexão clinica_db não existe: crie-a no Airflow ou defina AIRFLOW_CONN_CLINICA_DB."
    )


def test_the_form_of_a_connection_shows_only_user_and_password() -> None:
    comportamento = hooks.OperadoraHook.get_ui_field_behaviour()
    assert set(comportamento["hidden_fields"]) == {"host", "schema", "port", "extra"}
    assert comportamento["relabeling"] == {"login": "Usuário na operadora", "password": "Senha"}


def test_the_hook_is_what_airflow_expects_of_one() -> None:
    assert issubclass(hooks.OperadoraHook, BaseHook)
    assert hooks.OperadoraHook.conn_type == "tiss"
    assert hooks.OperadoraHook.default_conn_name.startswith("tiss_")


def test_reading_a_credential_logs_nothing_of_it(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    linhas: list[str] = []

    class Coletor(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            linhas.append(record.getMessage())

    coletor = Coletor()
    logging.getLogger().addHandler(coletor)
    try:
        _definir(monkeypatch, contrato, login="matriz", password=SENHA)
        hooks.cliente_de(contrato)
    finally:
        logging.getLogger().removeHandler(coletor)
    assert SENHA not in "".join([*linhas, *capfd.readouterr()])
