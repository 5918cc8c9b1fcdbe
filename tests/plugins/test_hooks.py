"""The door between Airflow and the rest: what comes in, what goes out, what never shows."""

from __future__ import annotations

import base64
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from airflow.models import Connection
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.asymmetric import rsa

from tiss import errors, hooks, provider
from tiss.clients.credencial import Credencial, Prova
from tiss.clients.tls import contexto
from tiss.demo import cadastro
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.domain.retorno import Entrega
from tiss.repository import Repositorio, contratos
from tiss.simulador.processo import Simulador

sys.path.insert(0, str(Path(__file__).parent / "clients"))

from certificados import SENHA as SENHA_A1
from certificados import Autoridade
from servidor_cru import ServidorCru

FERNET = "dGlzczogY2hhdmUgZGUgdGVzdGUsIDMyIGJ5dGVzICE="
CONEXAO = cadastro.CONEXOES[0]
VARIAVEL = f"AIRFLOW_CONN_{CONEXAO.upper()}"
# As tests/conftest.py gives them to the simulated operadoras.
SENHAS = {conexao: f"senha-de-teste-{conexao}" for conexao in cadastro.CONEXOES}
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
        (errors.EntregaError("não saiu"), AirflowException),
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
        if classe is errors.AutorizacaoError:
            argumentos["entrega"] = Entrega(http_status=401, ultimo_bloco_saiu=False, resposta=None)
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
    assert cliente.credencial.prova == Prova.basica("matriz", SENHA)
    assert cliente.credencial.login is None
    assert (cliente.canal, cliente.credencial.emissor) == (Canal.SOAP, None)


def test_the_channel_chooses_the_client(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    _definir(monkeypatch, contrato, login="matriz", password=SENHA)
    cliente = hooks.cliente_de(contrato, Canal.REST)
    assert cliente.canal is Canal.REST
    assert cliente.credencial.prova == Prova.basica("matriz", SENHA)


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
    assert hooks.cliente_de(aberto).credencial == Credencial()


def test_a_connection_that_does_not_exist_is_named_with_the_cure(contrato: Contrato) -> None:
    with pytest.raises(errors.ConfigError) as apanhado:
        hooks.cliente_de(contrato)
    assert str(apanhado.value) == (
        f"A conexão {CONEXAO} não existe: crie-a no Airflow ou defina {VARIAVEL}."
    )


def _conexao(monkeypatch: pytest.MonkeyPatch, nome: str, **campos: object) -> None:
    basicos = {nome: campos.pop(nome) for nome in ("login", "password") if nome in campos}
    monkeypatch.setenv(
        f"AIRFLOW_CONN_{nome.upper()}",
        json.dumps({"conn_type": "tiss", **basicos, "extra": campos}),
    )


LOGIN = {"login": "matriz", "password": SENHA}
AUTORIDADE = Autoridade()
CHAVE = rsa.generate_private_key(65537, 2048)


def _a1(*, vencido: bool = False) -> dict[str, str]:
    certificado = AUTORIDADE.emitir("clinica.invalid", vencido=vencido, chave=CHAVE)
    arquivo = base64.b64encode(certificado.pkcs12()).decode()
    return {"certificado": arquivo, "senha_certificado": SENHA_A1}


FALTAS: list[tuple[dict[str, object], dict[str, object], list[str]]] = [
    ({"tipo_autenticacao": "NENHUMA"}, {}, []),
    ({"tipo_autenticacao": "BASIC_AUTH"}, LOGIN, []),
    ({"tipo_autenticacao": "BASIC_AUTH"}, {}, ["está sem: usuário, senha"]),
    ({"tipo_autenticacao": "BASIC_AUTH"}, {"login": "matriz"}, ["está sem: senha"]),
    ({"tipo_autenticacao": "BASIC_AUTH"}, {"password": SENHA}, ["está sem: usuário"]),
    (
        {"tipo_autenticacao": "NENHUMA", "envia_login_senha": True},
        {},
        ["está sem: usuário, senha"],
    ),
    ({"tipo_autenticacao": "JWT"}, {}, ["está sem: usuário, senha, URL do token"]),
    ({"tipo_autenticacao": "OAUTH2"}, LOGIN, ["está sem: URL do token"]),
    (
        {"tipo_autenticacao": "OAUTH2"},
        {**LOGIN, "url_autorizacao": "http://a.invalid/token"},
        ["não começa com https://"],
    ),
    (
        {"tipo_autenticacao": "JWT"},
        {"login": "matriz", "url_autorizacao": "a.invalid/token"},
        ["está sem: senha", "não começa com https://"],
    ),
    ({"tipo_autenticacao": "CERTIFICADO_DIGITAL"}, {}, ["está sem: certificado A1"]),
    (
        {"tipo_autenticacao": "CERTIFICADO_DIGITAL", "envia_login_senha": True},
        {},
        ["está sem: certificado A1, usuário, senha"],
    ),
    ({"tipo_autenticacao": "CERTIFICADO_DIGITAL"}, _a1(), []),
    (
        {"tipo_autenticacao": "CERTIFICADO_DIGITAL"},
        {**_a1(), "senha_certificado": "errada"},
        ["não abre"],
    ),
    (
        {"tipo_autenticacao": "CERTIFICADO_DIGITAL"},
        {"certificado": "isto não é Base64"},
        ["não está em Base64"],
    ),
    ({"tipo_autenticacao": "CERTIFICADO_DIGITAL"}, _a1(vencido=True), ["venceu em"]),
    (
        {"tipo_autenticacao": "BASIC_AUTH", "assinatura": "assina"},
        {},
        ["está sem: usuário, senha", "assina do Airflow, que assina, está sem: certificado A1"],
    ),
]


@pytest.mark.parametrize(("campos_do_contrato", "campos", "esperadas"), FALTAS)
def test_all_that_is_missing_is_told_at_once(
    contrato: Contrato,
    monkeypatch: pytest.MonkeyPatch,
    campos_do_contrato: dict[str, Any],
    campos: dict[str, object],
    esperadas: list[str],
) -> None:
    configurado = replace(contrato, **campos_do_contrato)
    _conexao(monkeypatch, CONEXAO, **campos)
    _conexao(monkeypatch, "assina")
    faltas = hooks.faltas_da_conexao(configurado)
    assert len(faltas) == len(esperadas)
    for falta, esperada in zip(faltas, esperadas, strict=True):
        assert esperada in falta
        assert "assina" in falta or CONEXAO in falta
        assert SENHA not in falta
    if not esperadas:
        hooks.cliente_de(configurado)
        return
    with pytest.raises(errors.ConfigError) as apanhado:
        hooks.cliente_de(configurado)
    assert str(apanhado.value) == f"{'; '.join(faltas)}. Preencha em Administração > Conexões."


@pytest.mark.parametrize(
    ("campos_do_contrato", "esperada"),
    [
        ({"autoridade_certificadora": "nada"}, "autoridade certificadora"),
        ({"assinatura": "assina", "politica_assinatura": {"oid": "1.2"}}, "digest, url"),
        ({"envia_login_senha": True}, "A senha tem caracteres fora de"),
    ],
)
def test_what_is_there_and_cannot_be_used_is_told_too(
    contrato: Contrato,
    monkeypatch: pytest.MonkeyPatch,
    campos_do_contrato: dict[str, Any],
    esperada: str,
) -> None:
    _conexao(monkeypatch, CONEXAO, login="matriz", password="senha€")
    _conexao(monkeypatch, "assina", **_a1())
    (falta,) = hooks.faltas_da_conexao(replace(contrato, **campos_do_contrato))
    assert esperada in falta


def test_a_contrato_that_names_no_connection_is_told_so(contrato: Contrato) -> None:
    (falta,) = hooks.faltas_da_conexao(replace(contrato, credencial=None))
    assert "não nomeia a conexão" in falta
    (falta,) = hooks.faltas_da_conexao(contrato)
    assert f"conexão {CONEXAO} não existe" in falta


JWT = {**LOGIN, "url_autorizacao": "https://a.invalid/token", "campo_usuario": "user"}
OAUTH2 = {
    **LOGIN,
    "url_autorizacao": "https://a.invalid/token",
    "escopo": "tiss",
    "renovacao": "renovacao-muito-secreta",
}


@pytest.mark.parametrize(("tipo", "campos"), [("JWT", JWT), ("OAUTH2", OAUTH2)])
def test_a_kind_with_tokens_has_what_gets_and_what_encrypts_them(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch, tipo: str, campos: dict[str, object]
) -> None:
    _conexao(monkeypatch, CONEXAO, **campos)
    cliente = hooks.cliente_de(replace(contrato, tipo_autenticacao=tipo))  # type: ignore[arg-type]
    credencial = cliente.credencial
    assert credencial.emissor is not None
    assert credencial.emissor.renovacao == campos.get("renovacao")
    assert credencial.cifra is not None
    assert credencial.prova.autorizacao is None
    assert cliente.com_token("abc").credencial.prova == Prova.portador("abc")


def test_the_names_of_the_fields_of_a_login_service_come_from_the_connection(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch, servidor_jwt: ServidorCru
) -> None:
    _conexao(
        monkeypatch,
        CONEXAO,
        **{**JWT, "url_autorizacao": servidor_jwt.url, "campo_segredo": "pass", "campo_token": "t"},
    )
    emissor = hooks.cliente_de(replace(contrato, tipo_autenticacao="JWT")).credencial.emissor
    assert emissor is not None
    assert emissor.emitir(None).valor == TOKEN
    corpo = json.loads(servidor_jwt.recebido.partition(b"\r\n\r\n")[2])
    assert corpo == {"user": "matriz", "pass": SENHA}


TOKEN = "token-muito-secreto"


@pytest.fixture
def servidor_jwt() -> Iterator[ServidorCru]:
    servidor = ServidorCru()
    corpo = json.dumps({"t": TOKEN}).encode()
    servidor.responde(f"HTTP/1.1 200 OK\r\nContent-Length: {len(corpo)}\r\n\r\n".encode() + corpo)
    yield servidor
    servidor.fechar()


def test_tokens_are_masked_in_the_logs_as_soon_as_they_are_known(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch, servidor_jwt: ServidorCru
) -> None:
    from airflow.sdk._shared.secrets_masker import redact

    campos = {**JWT, "url_autorizacao": servidor_jwt.url, "campo_token": "t"}
    _conexao(monkeypatch, CONEXAO, **campos)
    credencial = hooks.cliente_de(replace(contrato, tipo_autenticacao="JWT")).credencial
    assert credencial.emissor is not None
    assert credencial.cifra is not None
    credencial.emissor.emitir(None)
    assert redact(f"vazou {TOKEN}") == "vazou ***"
    guardado = MultiFernet([Fernet(FERNET)]).encrypt(b"token-guardado-ontem")
    assert redact("vazou token-guardado-ontem") == "vazou token-guardado-ontem"
    assert credencial.cifra.decrypt(guardado) == b"token-guardado-ontem"
    assert redact("vazou token-guardado-ontem") == "vazou ***"


def test_all_secrets_of_a_connection_are_masked_in_the_logs(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk._shared.secrets_masker import redact

    a1 = _a1()
    _conexao(monkeypatch, CONEXAO, **{**OAUTH2, **a1})
    hooks.cliente_de(replace(contrato, tipo_autenticacao="OAUTH2"))
    basica = Prova.basica("matriz", SENHA).autorizacao or ""
    hooks.cliente_de(replace(contrato, tipo_autenticacao="BASIC_AUTH"))
    for segredo in (SENHA, OAUTH2["renovacao"], *a1.values(), basica.removeprefix("Basic ")):
        assert redact(f"vazou {segredo} !") == "vazou *** !"


def test_a_token_stored_under_the_key_before_the_rotation_is_still_read(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    _conexao(monkeypatch, CONEXAO, **JWT)
    antigo = Fernet(FERNET).encrypt(b"guardado")
    nova = Fernet.generate_key().decode()
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", f"{nova}, {FERNET}")
    cifra = hooks.cliente_de(replace(contrato, tipo_autenticacao="JWT")).credencial.cifra
    assert cifra is not None
    assert cifra.decrypt(antigo) == b"guardado"
    assert Fernet(nova).decrypt(cifra.encrypt(b"outro")) == b"outro"


@pytest.mark.parametrize("chave", ["", "curta", "x,"])
def test_an_installation_without_a_key_is_told(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch, chave: str
) -> None:
    _conexao(monkeypatch, CONEXAO, **JWT)
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", chave)
    with pytest.raises(errors.ConfigError, match="FERNET_KEY"):
        hooks.cliente_de(replace(contrato, tipo_autenticacao="JWT"))


def test_a_contrato_with_a_certificate_comes_with_it_and_signs_with_the_one_it_names(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    _conexao(monkeypatch, CONEXAO, **_a1())
    _conexao(monkeypatch, "assina", **_a1())
    cliente = hooks.cliente_de(
        replace(contrato, tipo_autenticacao="CERTIFICADO_DIGITAL", assinatura="assina")
    )
    assert cliente.rota.contexto is not contexto(), "one of its own, with the certificate"
    assert cliente.assinar is not None
    assert b"Signature" in cliente.assinar(b'<a xmlns="urn:a"/>')
    assert hooks.cliente_de(replace(contrato, tipo_autenticacao="NENHUMA")).assinar is None


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


def test_the_fingerprint_changes_with_everything_that_a_connection_holds(
    contrato: Contrato, monkeypatch: pytest.MonkeyPatch
) -> None:
    variantes: list[dict[str, object]] = [
        {"login": "a", "password": "segredo1"},
        {"login": "a", "password": "segredo2"},
        {"login": "b", "password": "segredo1"},
        {"login": "as", "password": "egredo1"},
        {"login": "a", "password": "segredo1", "renovacao": "r"},
        {"login": "a", "password": "segredo1", "certificado": "r"},
        {"login": "a", "password": "segredo1", "senha_certificado": "r"},
        {"login": "a", "password": "segredo1", "url_autorizacao": "r"},
    ]
    impressoes = set()
    for campos in variantes:
        _conexao(monkeypatch, CONEXAO, **campos)
        impressoes.add(hooks.cliente_de(contrato).credencial.impressao)
    assert len(impressoes) == len(variantes)


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


def test_airflow_shows_the_form_of_a_connection_as_we_describe_it() -> None:
    from airflow.providers_manager import ProvidersManager

    gerente = ProvidersManager()
    comportamento = gerente.field_behaviours["tiss"]
    assert set(comportamento["hidden_fields"]) == {"host", "schema", "port", "extra"}
    assert comportamento["relabeling"] == {"login": "Usuário na operadora", "password": "Senha"}
    campos = {
        campo.field_name: campo
        for nome, campo in gerente.connection_form_widgets.items()
        if nome.startswith("extra__tiss__")
    }
    assert set(campos) == set(provider.CAMPOS)
    secretos = {nome for nome, campo in campos.items() if campo.is_sensitive}
    assert secretos == {"renovacao", "certificado", "senha_certificado"}
    for campo in campos.values():
        assert campo.field["schema"]["title"]
        assert campo.field["description"]


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


# The button that tests a connection


class Formulario:
    """The connection form of the screen and its button, as Airflow's api-server answers it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def testar(self, **campos: object) -> tuple[bool, str]:
        """Press it, with these fields on the form."""
        basicos = {nome: campos.pop(nome) for nome in ("login", "password") if nome in campos}
        digitada = Connection(  # noqa: AIR311  the one that the api-server makes
            conn_id="NomeDoMomento", conn_type="tiss", extra=json.dumps(campos), **basicos
        )
        self._monkeypatch.setenv("AIRFLOW_CONN_NOMEDOMOMENTO", digitada.get_uri())
        passou, mensagem = digitada.test_connection()
        return passou, mensagem


@pytest.fixture
def formulario(monkeypatch: pytest.MonkeyPatch, url_clinica: str) -> Formulario:
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", url_clinica)
    return Formulario(monkeypatch)


def _do_simulador() -> dict[str, str]:
    usuario, senha = cadastro.conexoes(SENHAS)[CONEXAO]
    return {"login": usuario, "password": senha}


@pytest.mark.usefixtures("simulador")
def test_the_button_tries_the_contratos_that_use_a_connection_saved_with_what_the_form_holds(
    formulario: Formulario, monkeypatch: pytest.MonkeyPatch, contrato: Contrato
) -> None:
    extras = {"cliente_no_corpo": False, "escopo": None, "campo_token": "tôken & cia"}
    _conexao(monkeypatch, CONEXAO, **_do_simulador(), **extras)
    passou, mensagem = formulario.testar(**_do_simulador(), **extras)
    assert passou, mensagem
    assert mensagem.startswith(f"{contrato.nome}, canal SOAP: passou\n")
    assert f"conexão {CONEXAO}): aceita" in mensagem
    assert mensagem.count("canal SOAP") == 1, "no other contrato uses it"


@pytest.mark.usefixtures("simulador")
def test_the_button_says_so_when_the_form_is_not_what_is_saved(
    formulario: Formulario, monkeypatch: pytest.MonkeyPatch
) -> None:
    _conexao(monkeypatch, CONEXAO, **_do_simulador())
    passou, mensagem = formulario.testar(**{**_do_simulador(), "password": "outra"})
    assert (passou, mensagem) == (False, hooks.SEM_CONTRATO)


def test_the_button_stops_at_the_first_contrato_that_does_not_pass(
    formulario: Formulario,
    monkeypatch: pytest.MonkeyPatch,
    conexao: psycopg.Connection[Any],
    simulador: Simulador,
) -> None:
    conexao.execute("UPDATE tiss.contrato SET credencial = %s", [CONEXAO])
    errada = {**_do_simulador(), "password": "uma senha errada"}
    _conexao(monkeypatch, CONEXAO, **errada)
    passou, mensagem = formulario.testar(**errada)
    assert not passou
    assert mensagem.count("não passou") == 1
    assert "uma senha errada" not in mensagem
    chegaram = [ops for ops in simulador.resumo().values() if ops["requisicoes"]]
    assert len(chegaram) == 1


def test_the_button_says_what_keeps_it_from_trying(formulario: Formulario) -> None:
    passou, mensagem = formulario.testar(certificado="isto não é Base64")
    assert not passou
    assert mensagem == hooks.SEM_CONTRATO
