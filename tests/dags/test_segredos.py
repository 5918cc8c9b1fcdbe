"""Nights and hours with every kind of credential, good and bad: no secret is anywhere after them.

What is searched was not masked: a mask hides a leak from the screen, not from whoever finds a
place that it does not cover. What a task prints ends up in the scheduler's output as it is.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from clinica_aberta import SENHAS, AbrirClinica, Clinica, Rodada
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from psycopg import sql

from tiss.demo import cadastro
from tiss.simulador.processo import Simulador

BASIC, JWT, OAUTH2 = "999001", "999002", "999003"
POR_CERTIFICADO = "tiss_999003_filial"
POR_REFRESH = "tiss_999003_matriz"
REFRESH = "refresh-token-de-segredo"
SENHA_A1 = "senha-do-certificado-a1"
AUTENTICACOES: dict[str, dict[str, object]] = {
    BASIC: {"autenticacao": "BASIC_AUTH", "exige_login_no_cabecalho": True},
    JWT: {"autenticacao": "JWT", "exige_login_no_cabecalho": False},
    OAUTH2: {"autenticacao": "OAUTH2", "rotaciona_refresh": True},
}
USUARIOS = {contrato.conexao: contrato.usuario for contrato in cadastro.CONTRATOS}
A_ERRADA = {conexao: f"errada-{conexao}-e-secreta" for conexao in cadastro.CONEXOES}


@dataclass
class Busca:
    """Everything that a run leaves behind, as bytes, by where it is; and the secrets by name."""

    lugares: dict[str, bytes] = field(default_factory=dict)
    segredos: dict[str, bytes] = field(default_factory=dict)
    rodadas: list[Rodada] = field(default_factory=list)

    def guardar(self, nome: str, valor: str) -> None:
        """Look for a secret that is a text, in every form in which it may go about."""
        formas = {
            "itself": valor.encode(),
            "in ISO-8859-1": valor.encode("iso-8859-1"),
            "in base64": base64.b64encode(valor.encode()).rstrip(b"="),
            "in an address": quote(valor, safe="").encode(),
            "MD5": hashlib.md5(valor.encode("iso-8859-1")).hexdigest().encode(),
            "MD5 in capitals": hashlib.md5(valor.encode("iso-8859-1")).hexdigest().upper().encode(),
        }
        self.segredos |= {f"{nome}, {forma}": bytes_ for forma, bytes_ in formas.items()}

    def guardar_login(self, conexao: str, usuario: str, senha: str) -> None:
        """Look for a password, alone and as HTTP Basic takes it along with its user."""
        self.guardar(f"password of {conexao}", senha)
        par = base64.b64encode(f"{usuario}:{senha}".encode())
        self.segredos[f"password of {conexao}, HTTP Basic"] = par

    def guardar_certificado(self, arquivo: bytes) -> None:
        """Look for a PKCS#12 and for the key in it."""
        self.segredos["certificate, in base64"] = base64.b64encode(arquivo)
        self.segredos["certificate, beginning"] = base64.b64encode(arquivo)[:48]
        chave = load_key_and_certificates(arquivo, SENHA_A1.encode())[0]
        assert chave is not None
        pem = chave.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # The middle of it: the beginning is that of all keys of the kind.
        self.segredos["private key"] = pem.split(b"\n")[2]

    def achados(self) -> list[tuple[str, str]]:
        """Each secret and where it was found."""
        return [
            (nome, lugar)
            for lugar, conteudo in self.lugares.items()
            for nome, segredo in self.segredos.items()
            if segredo in conteudo
        ]


@pytest.fixture(scope="module")
def busca(abrir_clinica: AbrirClinica) -> Busca:
    """All that the runs of a clinic left behind."""
    config = cadastro.configuracao_do_simulador(SENHAS)
    for operadora in config["operadoras"]:
        operadora.update(AUTENTICACOES[operadora["registro_ans"]])
        for credencial in operadora["credenciais"]:
            credencial["refresh_token"] = REFRESH
    por_tls = cadastro.configuracao_do_simulador(SENHAS)
    por_tls["operadoras"] = [o for o in por_tls["operadoras"] if o["registro_ans"] == OAUTH2]
    por_tls["operadoras"][0]["autenticacao"] = "CERTIFICADO_DIGITAL"
    busca = Busca()
    with (
        abrir_clinica(config) as clinica,
        Simulador.start(por_tls, tls="MUTUO") as segura,
    ):
        _contratar(clinica, segura)
        certificado = segura.certificado(USUARIOS[POR_CERTIFICADO], senha=SENHA_A1)
        busca.guardar_certificado(certificado)
        busca.guardar("password of the certificate", SENHA_A1)
        busca.guardar("refresh token of the connection", REFRESH)
        for conexao, usuario in USUARIOS.items():
            busca.guardar_login(conexao, usuario, SENHAS[conexao])
            busca.guardar_login(f"{conexao}, wrong", usuario, A_ERRADA[conexao])
        with _tudo_que_se_mostra(busca):
            _trabalhar(clinica, segura, certificado, busca)
        busca.lugares |= _tabelas(clinica)
        busca.lugares["process arguments"] = _argumentos()
        busca.lugares["output of the operadoras"] = (
            clinica.simulador.erros() + segura.erros()
        ).encode()
    busca.lugares |= _metadados()
    return busca


def _contratar(clinica: Clinica, segura: Simulador) -> None:
    """Give each operadora its kind of credential; one contrato goes to another server by TLS."""
    for registro_ans, campos in AUTENTICACOES.items():
        clinica.executar(
            "UPDATE tiss.contrato SET tipo_autenticacao = %s, envia_login_senha = %s"
            " WHERE registro_ans = %s",
            campos["autenticacao"],
            campos.get("exige_login_no_cabecalho", False),
            registro_ans,
        )
    clinica.executar(
        "UPDATE tiss.contrato SET tipo_autenticacao = 'CERTIFICADO_DIGITAL', url_base = %s,"
        " autoridade_certificadora = %s WHERE credencial = %s",
        f"{segura.url}/{OAUTH2}",
        segura.ca,
        POR_CERTIFICADO,
    )


def _conectar(clinica: Clinica, senhas: dict[str, str], certificado: bytes) -> None:
    rotas = {JWT: "token", OAUTH2: "oauth2/token"}
    for conexao, usuario in USUARIOS.items():
        registro_ans = conexao.split("_")[1]
        extras: dict[str, object] = {}
        if registro_ans in rotas:
            extras["url_autorizacao"] = (
                f"{clinica.simulador.url}/{registro_ans}/{rotas[registro_ans]}"
            )
        if conexao == POR_REFRESH:
            extras["renovacao"] = REFRESH
        if conexao == POR_CERTIFICADO:
            extras["certificado"] = base64.b64encode(certificado).decode()
            extras["senha_certificado"] = SENHA_A1
        clinica.definir_conexao(conexao, login=usuario, password=senhas[conexao], **extras)


def _trabalhar(clinica: Clinica, segura: Simulador, certificado: bytes, busca: Busca) -> None:
    def rodar(dag_id: str) -> None:
        busca.rodadas.append(clinica.rodar(dag_id))
        _guardar_tokens(clinica, busca)

    # All good; between the night and the hour the tokens expire.
    _conectar(clinica, SENHAS, certificado)
    clinica.gerar(30)
    rodar("tiss_faturamento")
    for operadoras in (clinica.simulador, segura):
        operadoras.avancar(60)
    clinica.simulador.revogar_tokens()
    rodar("tiss_retorno")
    # All wrong.
    alheio = segura.certificado("ninguem", senha=SENHA_A1)
    busca.segredos["certificate of nobody"] = base64.b64encode(alheio)
    _conectar(clinica, A_ERRADA, alheio)
    clinica.gerar(30)
    rodar("tiss_faturamento")
    # Right again, but no token is ever good, and other answers are no answers.
    _conectar(clinica, SENHAS, certificado)
    clinica.simulador.falha("token_recusado", vezes=4, registro_ans=JWT)
    clinica.simulador.falha("html", vezes=2, registro_ans=BASIC)
    clinica.simulador.falha("http_503", operacao="token", registro_ans=OAUTH2)
    segura.falha("fault_tiss", codigo="LoginInvalido")
    rodar("tiss_faturamento")
    rodar("tiss_retorno")


def _guardar_tokens(clinica: Clinica, busca: Busca) -> None:
    """Look for the tokens that there are now; Airflow's key opens what is stored of them."""
    fernet = Fernet(os.environ["AIRFLOW__CORE__FERNET_KEY"])
    for conexao, *cifrados in clinica.linhas(
        "SELECT conexao, cifrado, renovacao_cifrada FROM tiss.token"
    ):
        for cifrado in filter(None, cifrados):
            token = fernet.decrypt(bytes(cifrado)).decode()
            busca.guardar(f"token of {conexao} {len(busca.segredos)}", token)
            if token.count(".") == 2:
                nome = f"claims of the token of {conexao} {len(busca.segredos)}"
                busca.segredos[nome] = token.split(".")[1].encode()


@contextmanager
def _tudo_que_se_mostra(busca: Busca) -> Iterator[None]:
    """Keep every line that is logged, before any mask, and all that is printed."""
    linhas: list[str] = []

    def ouvir(_: object, metodo: str, evento: dict[str, Any]) -> dict[str, Any]:
        linhas.append(f"{metodo} {evento!r}")
        causa = evento.get("exc_info")
        while isinstance(causa, BaseException):
            linhas.append(f"{causa!r} {causa}")
            causa = causa.__cause__ or causa.__context__
        return evento

    processadores = structlog.get_config()["processors"]
    with ExitStack() as pilha:
        saidas = [pilha.enter_context(r(io.StringIO())) for r in (redirect_stdout, redirect_stderr)]
        # In place: loggers that have been used hold on to the list.
        processadores.insert(0, ouvir)
        pilha.callback(processadores.remove, ouvir)
        yield
    busca.lugares["logs, unmasked"] = "\n".join(linhas).encode()
    busca.lugares["printed"] = "".join(saida.getvalue() for saida in saidas).encode()
    busca.lugares["logs, as shown"] = "\n".join(r.log for r in busca.rodadas).encode()
    busca.lugares["XCom"] = repr([r.xcom for r in busca.rodadas]).encode()
    busca.lugares["names on the screen"] = repr([r.tarefas for r in busca.rodadas]).encode()


def _tabelas(clinica: Clinica) -> dict[str, bytes]:
    """Every table of the clinic's database, with what is compressed in it opened."""
    tabelas = clinica.linhas(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema IN ('tiss', 'clinica')"
    )
    conteudos: dict[str, bytes] = {}
    for esquema, tabela in tabelas:
        consulta = sql.SQL("SELECT * FROM {}").format(sql.Identifier(esquema, tabela))
        linhas = clinica.conexao.execute(consulta).fetchall()
        partes = (_aberto(valor) for linha in linhas for valor in linha)
        conteudos[f"{esquema}.{tabela}"] = b"\n".join(partes)
    return conteudos


def _aberto(valor: object) -> bytes:
    if not isinstance(valor, bytes | memoryview):
        return str(valor).encode()
    cru = bytes(valor)
    try:
        return cru + b"\n" + zlib.decompress(cru)
    except zlib.error:
        return cru


def _metadados() -> dict[str, bytes]:
    """Airflow's own database, table by table."""
    banco = sqlite3.connect(Path(os.environ["AIRFLOW_HOME"]) / "airflow.db")
    nomes = banco.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    conteudos = {
        f"metadata {nome}": b"\n".join(
            valor if isinstance(valor, bytes) else str(valor).encode()
            for linha in banco.execute(f'SELECT * FROM "{nome}"')
            for valor in linha
        )
        for (nome,) in nomes
    }
    banco.close()
    return conteudos


def _argumentos() -> bytes:
    """How this process and all that it started were called."""
    filhos: dict[int, list[int]] = {}
    for estado in Path("/proc").glob("[0-9]*/stat"):
        try:
            pai = int(estado.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except FileNotFoundError:  # it has ended
            continue
        filhos.setdefault(pai, []).append(int(estado.parent.name))
    argumentos = [Path("/proc/self/cmdline").read_bytes()]
    por_ver = [os.getpid()]
    while por_ver:
        novos = filhos.get(por_ver.pop(), [])
        por_ver += novos
        argumentos += [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in novos]
    return b"\n".join(argumentos)


def test_every_kind_of_credential_was_used_and_refused(busca: Busca) -> None:
    estados = [rodada.estado for rodada in busca.rodadas]
    assert estados == ["success", "success", "failed", "failed", "failed"]
    vistos = busca.lugares["logs, unmasked"].decode()
    for motivo in (
        "a operadora recusou a credencial (HTTP 401)",
        "ao pedir o token, a operadora recusou a credencial (HTTP 401)",
        "a operadora recusou a credencial (HTTP 403)",
        "a operadora recusou login e senha",
    ):
        assert motivo in vistos
    assert sum(nome.startswith("claims") for nome in busca.segredos) >= 3


@pytest.mark.parametrize(
    ("lugar", "prova"),
    [
        ("logs, unmasked", "token obtido"),
        ("logs, as shown", "::group::Envio do lote"),
        ("XCom", "Operadora Simulada Aurora"),
        ("names on the screen", "Operadora Simulada Aurora"),
        ("tiss.troca", "<ans:senhaPrestador>***<"),
        ("tiss.troca", "protocoloRecebimento"),
        ("tiss.lote", "<ans:mensagemTISS"),
        ("tiss.token", POR_REFRESH),
        ("tiss.credencial", "recusou"),
        ("metadata rendered_task_instance_fields", "tiss_faturamento"),
        ("metadata task_instance", "tiss_retorno"),
        ("metadata xcom", "Operadora Simulada Aurora"),
        ("metadata dag_run", "tiss_faturamento"),
        ("process arguments", "tiss.simulador"),
    ],
)
def test_where_a_secret_is_looked_for_there_is_something_to_find(
    busca: Busca, lugar: str, prova: str
) -> None:
    assert prova.encode() in busca.lugares[lugar]


def test_no_secret_is_anywhere(busca: Busca) -> None:
    assert len(busca.segredos) > 50
    assert busca.achados() == []
