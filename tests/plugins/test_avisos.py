"""A digest leaves as the connection says: by mail or to Slack, to servers that are real."""

from __future__ import annotations

import json
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException

from tiss import avisos, hooks
from tiss.errors import ConfigError, EntregaError

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "clients"))

from certificados import Autoridade
from servidor_de_correio import Correio, correio

# Of the test's own server, where TLS comes before the first word.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

VARIAVEL = "AIRFLOW_CONN_TISS_AVISO"
ASSUNTO = "TISS: 1 lote em dúvida, 3 negadas"
# What Jinja would take for a template, and HTML for a tag.
TEXTO = "PRECISA DE UMA PESSOA\n  - {{ 7 * 7 }} <b>Saúde & Cia</b>: R$ 1.234,56\n"
SENHA = "senha-do-correio-bem-guardada"
PARA = ["faturamento@clinica.example", "gerente@clinica.example"]


@pytest.fixture(autouse=True)
def contexto(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a task there is no context, and no notifier that is used here looks at it."""
    monkeypatch.setattr("tiss.avisos.get_current_context", dict)


@pytest.fixture
def autoridade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Autoridade:
    """An authority that this machine trusts."""
    feita = Autoridade()
    arquivo = tmp_path / "autoridade.pem"
    arquivo.write_text(feita.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(arquivo))
    return feita


def servidor_tls(autoridade: Autoridade, pasta: Path) -> ssl.SSLContext:
    arquivo = pasta / "servidor.pem"
    arquivo.write_bytes(autoridade.emitir().pem)
    contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexto.load_cert_chain(arquivo)
    return contexto


def definir(monkeypatch: pytest.MonkeyPatch, **campos: Any) -> None:  # noqa: ANN401
    monkeypatch.setenv(VARIAVEL, json.dumps(campos))


def por_email(monkeypatch: pytest.MonkeyPatch, caixa: Correio, **extra: object) -> None:
    definir(
        monkeypatch,
        conn_type="smtp",
        host="127.0.0.1",
        port=caixa.porta,
        login=caixa.usuario or None,
        password=caixa.senha or None,
        extra={"from_email": "tiss@clinica.example", "para": PARA, **extra},
    )


def test_a_mail_has_the_subject_the_text_and_its_recipients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with correio() as caixa:
        por_email(monkeypatch, caixa, disable_ssl=True, disable_tls=True)
        avisos.entregar(ASSUNTO, TEXTO)
    (carta,) = caixa.cartas
    assert carta["Subject"] == ASSUNTO
    assert (carta["From"], carta["To"]) == ("tiss@clinica.example", ", ".join(PARA))
    assert caixa.destinatarios == [PARA]
    assert caixa.texto(carta) == TEXTO


@pytest.mark.parametrize("para", [" a@x.example ; b@x.example", ["a@x.example", "b@x.example"]])
def test_recipients_are_a_list_or_a_line(monkeypatch: pytest.MonkeyPatch, para: object) -> None:
    with correio() as caixa:
        por_email(monkeypatch, caixa, disable_ssl=True, disable_tls=True, para=para)
        avisos.entregar(ASSUNTO, TEXTO)
    assert caixa.destinatarios == [["a@x.example", "b@x.example"]]


@pytest.mark.parametrize("logo", [False, True], ids=["STARTTLS", "TLS"])
def test_a_mail_goes_over_tls_with_user_and_password(
    monkeypatch: pytest.MonkeyPatch, autoridade: Autoridade, tmp_path: Path, logo: bool
) -> None:
    tls = servidor_tls(autoridade, tmp_path)
    with correio("tiss", SENHA, certificado=tls, logo=logo) as caixa:
        por_email(monkeypatch, caixa, disable_ssl=not logo, disable_tls=logo)
        avisos.entregar(ASSUNTO, TEXTO)
    assert len(caixa.cartas) == 1


@pytest.mark.parametrize("logo", [False, True], ids=["STARTTLS", "TLS"])
def test_a_server_that_nobody_vouches_for_gets_nothing(
    monkeypatch: pytest.MonkeyPatch, autoridade: Autoridade, tmp_path: Path, logo: bool
) -> None:
    tls = servidor_tls(Autoridade(), tmp_path)
    with correio("tiss", SENHA, certificado=tls, logo=logo) as caixa:
        por_email(monkeypatch, caixa, disable_ssl=not logo, disable_tls=logo)
        with pytest.raises(EntregaError, match="SSLCertVerificationError"):
            avisos.entregar(ASSUNTO, TEXTO)
    assert caixa.cartas == []


def test_a_server_without_starttls_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with correio() as caixa:
        por_email(monkeypatch, caixa, disable_ssl=True)
        with pytest.raises(EntregaError, match="STARTTLS"):
            avisos.entregar(ASSUNTO, TEXTO)
    assert caixa.cartas == []


@pytest.mark.parametrize("como", ["recusa", "senha", "desligado"])
def test_what_did_not_leave_says_how_and_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, autoridade: Autoridade, tmp_path: Path, como: str
) -> None:
    tls = servidor_tls(autoridade, tmp_path)
    with correio("tiss", SENHA, certificado=tls) as caixa:
        caixa.recusa = "554 mensagem recusada"
        if como == "senha":
            caixa.senha = f"{SENHA}-velha"
        por_email(monkeypatch, caixa, disable_ssl=True)
        caixa.senha = SENHA
        if como != "desligado":
            with pytest.raises(EntregaError) as erro:
                avisos.entregar(ASSUNTO, TEXTO)
    if como == "desligado":
        with pytest.raises(EntregaError) as erro:
            avisos.entregar(ASSUNTO, TEXTO)
    dito = str(erro.value)
    assert dito.startswith("O resumo não foi entregue pela conexão tiss_aviso (smtp): ")
    assert dito.endswith("Nada se perdeu: a próxima tentativa leva o mesmo.")
    assert {"recusa": "554", "senha": "535", "desligado": "refused"}[como] in dito
    assert SENHA not in dito
    with pytest.raises(AirflowException), hooks.airflow_failures():
        raise erro.value


def test_without_a_connection_the_log_has_it_and_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(VARIAVEL, raising=False)
    avisos.entregar(ASSUNTO, TEXTO)
    visto = capsys.readouterr().out
    for linha in (ASSUNTO, *TEXTO.splitlines(), "crie no Airflow a conexão tiss_aviso"):
        assert linha in visto


EMAIL = {"conn_type": "smtp", "host": "correio.clinica.example"}
REMETENTE = {"from_email": "tiss@clinica.example"}
COMPLETO = {**REMETENTE, "para": PARA, "disable_ssl": True}


@pytest.mark.parametrize(
    ("campos", "dito"),
    [
        ({"conn_type": "discord"}, "é do tipo discord.*servem: smtp, slackwebhook"),
        ({"conn_type": "smtp"}, r"sem: servidor.*; remetente .*; destinatários"),
        ({**EMAIL, "extra": {"para": PARA}}, "sem: remetente"),
        ({**EMAIL, "extra": REMETENTE}, "sem: destinatários"),
        ({**EMAIL, "extra": {**REMETENTE, "para": ""}}, "para algo que não é endereço"),
        ({**EMAIL, "extra": {**REMETENTE, "para": "todos"}}, "para algo que não é endereço"),
        ({**EMAIL, "extra": {**REMETENTE, "para": [1]}}, "para algo que não é endereço"),
        ({**EMAIL, "extra": {**REMETENTE, "para": {"a": 1}}}, "para algo que não é endereço"),
        ({**EMAIL, "extra": {**REMETENTE, "para": PARA}}, "um modo de TLS, e um só"),
        ({**EMAIL, "extra": {**COMPLETO, "disable_tls": True}}, "um modo de TLS, e um só"),
        ({**EMAIL, "extra": {**COMPLETO, "ssl_context": "none"}}, "dispensa conferir"),
        ({"conn_type": "slackwebhook"}, "sem o Webhook Token"),
        (
            {"conn_type": "slackwebhook", "host": "http://slack.example", "password": "x"},
            "não começa com https",
        ),
        (
            {
                "conn_type": "slackwebhook",
                "schema": "http",
                "host": "slack.example",
                "password": "x",
            },
            "não começa com https",
        ),
    ],
)
def test_a_connection_that_cannot_be_used_says_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, campos: dict[str, Any], dito: str
) -> None:
    definir(monkeypatch, **campos)
    with pytest.raises(ConfigError, match=f"(?i)conexão tiss_aviso .*{dito}"):
        avisos.entregar(ASSUNTO, TEXTO)


# Slack --------------------------------------------------------------------------------------------


@contextmanager
def slack(status: int, resposta: bytes) -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """What stands for hooks.slack.com: its address, and what was posted to which path."""
    recebidas: list[tuple[str, dict[str, Any]]] = []

    class Porta(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            corpo = self.rfile.read(int(self.headers["Content-Length"]))
            recebidas.append((self.path, json.loads(corpo)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(resposta)

        def log_message(self, *_: object) -> None:
            pass

    servidor = ThreadingHTTPServer(("127.0.0.1", 0), Porta)
    threading.Thread(target=servidor.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{servidor.server_port}/services", recebidas
    finally:
        servidor.shutdown()
        servidor.server_close()


def test_slack_gets_it_at_the_address_of_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with slack(200, b"ok") as (endereco, recebidas):
        definir(monkeypatch, conn_type="slackwebhook", host=endereco, password="T1/B2/segredo")
        avisos.entregar(ASSUNTO, TEXTO)
    ((caminho, corpo),) = recebidas
    assert caminho == "/services/T1/B2/segredo"
    assert corpo["text"] == f"*{ASSUNTO}*\n```{TEXTO}```"


def test_what_slack_refuses_did_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    with slack(403, b"invalid_token") as (endereco, _):
        definir(monkeypatch, conn_type="slackwebhook", host=endereco, password="T1/B2/segredo")
        with pytest.raises(EntregaError, match=r"\(slackwebhook\).*invalid_token") as erro:
            avisos.entregar(ASSUNTO, TEXTO)
    assert "segredo" not in str(erro.value)
