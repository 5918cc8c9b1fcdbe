"""Certificates: a wrong one is a matter of configuration, and nothing was delivered."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tiss.clients import transporte
from tiss.clients.transporte import agora
from tiss.domain.retorno import Entrega
from tiss.messages.diagnostico import diagnosticar


class Servir(Protocol):
    def __call__(
        self, certificado: Path, ajustar: Callable[[ssl.SSLContext], None] | None = None
    ) -> str: ...


def _certificado(pasta: Path, *, nome: str, vencido: bool = False) -> Path:
    chave = ec.generate_private_key(ec.SECP256R1())
    dono = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nome)])
    agora_utc = dt.datetime.now(dt.UTC)
    fim = agora_utc + dt.timedelta(days=-1 if vencido else 1)
    alternativo: x509.GeneralName
    try:
        alternativo = x509.IPAddress(ipaddress.ip_address(nome))
    except ValueError:
        alternativo = x509.DNSName(nome)
    certificado = (
        x509.CertificateBuilder()
        .subject_name(dono)
        .issuer_name(dono)
        .public_key(chave.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(agora_utc - dt.timedelta(days=2))
        .not_valid_after(fim)
        .add_extension(x509.SubjectAlternativeName([alternativo]), critical=False)
        .sign(chave, hashes.SHA256())
    )
    arquivo = pasta / "servidor.pem"
    arquivo.write_bytes(
        chave.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificado.public_bytes(serialization.Encoding.PEM)
    )
    return arquivo


@pytest.fixture
def servir() -> Iterator[Servir]:
    """Serve TLS with a certificate; return the address."""
    escutas: list[socket.socket] = []

    def iniciar(certificado: Path, ajustar: Callable[[ssl.SSLContext], None] | None = None) -> str:
        contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexto.load_cert_chain(certificado)
        if ajustar is not None:
            ajustar(contexto)
        escuta = socket.create_server(("127.0.0.1", 0))
        escutas.append(escuta)

        def atender() -> None:
            while True:
                try:
                    conexao, _ = escuta.accept()
                except OSError:
                    return
                try:
                    with contexto.wrap_socket(conexao, server_side=True) as segura:
                        # All of it: closing with something unread resets the connection.
                        lido = b""
                        while not lido.endswith(b"<a/>") and (parte := segura.recv(65536)):
                            lido += parte
                        segura.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<ok/>")
                except OSError:
                    continue

        threading.Thread(target=atender, daemon=True).start()
        return f"https://127.0.0.1:{escuta.getsockname()[1]}/"

    yield iniciar
    for escuta in escutas:
        escuta.close()


def _trocar(url: str, **opcoes: Any) -> Entrega:  # noqa: ANN401
    modelo = {"segundos_conexao": 1.0, "segundos_resposta": 0.5, "ate": agora() + 5}
    return transporte.trocar(url, b"<a/>", cabecalhos={}, auth=None, **{**modelo, **opcoes})


def _codigo(entrega: Entrega) -> str | None:
    achado = diagnosticar(entrega, None)
    return achado.codigo if achado else None


@pytest.mark.parametrize(
    ("nome", "vencido"), [("127.0.0.1", False), ("outro.invalid", False), ("127.0.0.1", True)]
)
def test_a_certificate_that_nobody_vouches_for_is_configuration_and_nothing_left(
    servir: Servir, tmp_path: Path, nome: str, vencido: bool
) -> None:
    entrega = _trocar(servir(_certificado(tmp_path, nome=nome, vencido=vencido)))
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)
    assert "SSLCertVerificationError" in str(entrega.falha)


@pytest.mark.parametrize(
    ("nome", "vencido", "motivo"),
    [
        ("outro.invalid", False, "[IP address mismatch]"),
        ("127.0.0.1", True, "[certificate has expired]"),
    ],
    ids=["host", "expired"],
)
def test_a_known_certificate_for_another_host_or_day_is_configuration_too(
    servir: Servir,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    nome: str,
    vencido: bool,
    motivo: str,
) -> None:
    certificado = _certificado(tmp_path, nome=nome, vencido=vencido)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificado))
    entrega = _trocar(servir(certificado))
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)
    assert str(entrega.falha).endswith(f"SSLCertVerificationError{motivo}"), "and no address"


def test_a_certificate_for_another_name_is_told_without_the_name(
    servir: Servir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificado = _certificado(tmp_path, nome="outro.invalid")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificado))
    url = servir(certificado).replace("127.0.0.1", "localhost")
    entrega = _trocar(url)
    assert str(entrega.falha).endswith("SSLCertVerificationError[Hostname mismatch]")
    assert _codigo(entrega) == "CERTIFICADO_DE_OUTRO_NOME"


def test_a_certificate_that_vouches_for_itself_is_diagnosed(servir: Servir, tmp_path: Path) -> None:
    entrega = _trocar(servir(_certificado(tmp_path, nome="127.0.0.1")))
    assert _codigo(entrega) == "CERTIFICADO_AUTOASSINADO"


def test_a_server_that_wants_a_certificate_of_ours_is_diagnosed(
    servir: Servir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificado = _certificado(tmp_path, nome="127.0.0.1")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificado))

    def exigir(contexto: ssl.SSLContext) -> None:
        contexto.verify_mode = ssl.CERT_REQUIRED
        # Before 1.3 the alert comes within the handshake, and never after something left.
        contexto.maximum_version = ssl.TLSVersion.TLSv1_2

    entrega = _trocar(servir(certificado, exigir))
    assert not entrega.ultimo_bloco_saiu
    assert "[SSLV3_ALERT_HANDSHAKE_FAILURE]" in str(entrega.falha)
    assert _codigo(entrega) == "TLS_SEM_ACORDO"


def test_without_a_cipher_in_common_the_handshake_is_diagnosed(
    servir: Servir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificado = _certificado(tmp_path, nome="127.0.0.1")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificado))

    def so_rsa(contexto: ssl.SSLContext) -> None:
        contexto.maximum_version = ssl.TLSVersion.TLSv1_2
        contexto.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")  # the certificate holds an EC key

    entrega = _trocar(servir(certificado, so_rsa))
    assert (entrega.ultimo_bloco_saiu, _codigo(entrega)) == (False, "TLS_SEM_ACORDO")


def test_a_certificate_that_is_vouched_for_is_accepted(
    servir: Servir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificado = _certificado(tmp_path, nome="127.0.0.1")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificado))
    assert _trocar(servir(certificado)).resposta == b"<ok/>"


def test_the_environment_cannot_vouch_for_a_certificate(
    servir: Servir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificado = _certificado(tmp_path, nome="127.0.0.1")
    for nome in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(nome, str(certificado))
    assert _trocar(servir(certificado)).configuracao


@pytest.mark.parametrize("com_reset", [True, False])
def test_a_handshake_that_breaks_or_stalls_is_no_configuration_and_nothing_left(
    com_reset: bool,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as escuta:

        def atender() -> None:
            conexao, _ = escuta.accept()
            conexao.recv(100)
            if not com_reset:
                time.sleep(2)
            conexao.close()

        threading.Thread(target=atender, daemon=True).start()
        entrega = _trocar(f"https://127.0.0.1:{escuta.getsockname()[1]}/")
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, False)
    assert entrega.falha


def test_plain_http_where_tls_is_expected_left_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as escuta:

        def atender() -> None:
            conexao, _ = escuta.accept()
            with conexao:
                conexao.recv(100)
                conexao.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=atender, daemon=True).start()
        entrega = _trocar(f"https://127.0.0.1:{escuta.getsockname()[1]}/")
    assert not entrega.ultimo_bloco_saiu
    assert _codigo(entrega) == "SEM_TLS"
