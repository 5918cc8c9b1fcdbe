"""Certificates, theirs and ours: whom we trust, as whom we come, and what a refusal means."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from certificados import SENHA, Autoridade, Certificado
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from servidor_cru import ServidorCru
from servidor_tls import ServidorTls

from tiss.clients import tls, transporte
from tiss.clients.tls import contexto
from tiss.clients.transporte import Apresentacao, Rota, agora
from tiss.domain.desfecho import motivo_de_suspensao
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import Entrega
from tiss.errors import ConfigError
from tiss.messages.certificado import A1

Servir = Callable[..., ServidorTls]
AUTORIDADE = Autoridade()
VERSOES = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.fixture
def servir(tmp_path: Path) -> Iterator[Servir]:
    """Serve TLS with a certificate."""
    servidores: list[ServidorTls] = []

    def iniciar(certificado: Certificado, **opcoes: Any) -> ServidorTls:  # noqa: ANN401
        servidores.append(ServidorTls(certificado, tmp_path, **opcoes))
        return servidores[-1]

    yield iniciar
    for servidor in servidores:
        servidor.fechar()


def _trocar(
    url: str,
    autoridade: Autoridade | None = AUTORIDADE,
    a1: A1 | None = None,
    segundos: float = 10,
    **opcoes: Any,  # noqa: ANN401
) -> Entrega:
    pem = None if autoridade is None else autoridade.pem
    rota = Rota(
        segundos_conexao=segundos, segundos_resposta=segundos, contexto=contexto(pem, a1), **opcoes
    )
    requisicao = Requisicao(url=url, dados=b"<a/>", cabecalhos={})
    return transporte.trocar(requisicao, rota, ate=agora() + 30)


# Theirs ------------------------------------------------------------------------------------------


def test_the_authority_of_the_contrato_vouches_for_the_operadora(servir: Servir) -> None:
    assert _trocar(servir(AUTORIDADE.emitir()).url).resposta == b"<ok/>"


@pytest.mark.parametrize(
    ("nome", "vencido"), [("127.0.0.1", False), ("outro.invalid", False), ("127.0.0.1", True)]
)
def test_a_certificate_that_nobody_vouches_for_is_configuration_and_nothing_left(
    servir: Servir, nome: str, vencido: bool
) -> None:
    servidor = servir(AUTORIDADE.emitir(nome, vencido=vencido))
    entrega = _trocar(servidor.url, autoridade=None)
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)
    assert "SSLCertVerificationError" in str(entrega.falha)
    assert servidor.recebido == b""


@pytest.mark.parametrize(
    ("nome", "vencido"), [("outro.invalid", False), ("127.0.0.1", True)], ids=["host", "expired"]
)
def test_a_known_certificate_for_another_host_or_day_is_configuration_too(
    servir: Servir, nome: str, vencido: bool
) -> None:
    entrega = _trocar(servir(AUTORIDADE.emitir(nome, vencido=vencido)).url)
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)


def test_with_an_authority_of_its_own_the_usual_ones_do_not_count(
    servir: Servir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = tmp_path / "usuais.pem"
    usual.write_text(AUTORIDADE.pem)
    for modulo in ("requests.adapters", "tiss.clients.tls"):
        monkeypatch.setattr(f"{modulo}.DEFAULT_CA_BUNDLE_PATH", str(usual))
    tls._sem_certificado.cache_clear()
    try:
        url = servir(AUTORIDADE.emitir()).url
        assert _trocar(url, autoridade=None).resposta == b"<ok/>", "it is a usual one here"
        assert _trocar(url, autoridade=Autoridade("Outra")).configuracao
    finally:
        tls._sem_certificado.cache_clear()


def test_the_environment_cannot_vouch_for_a_certificate_nor_see_the_keys(
    servir: Servir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arquivo = tmp_path / "ca.pem"
    arquivo.write_text(AUTORIDADE.pem)
    for nome in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(nome, str(arquivo))
    chaves = tmp_path / "chaves"
    monkeypatch.setenv("SSLKEYLOGFILE", str(chaves))
    servidor = servir(AUTORIDADE.emitir())
    assert _trocar(servidor.url, autoridade=None).configuracao
    outra = Autoridade("Nunca vista")
    servidor = servir(outra.emitir())
    assert _trocar(servidor.url, autoridade=outra).resposta == b"<ok/>"
    assert not chaves.exists()


def test_old_versions_of_tls_are_not_spoken() -> None:
    assert contexto().minimum_version == ssl.TLSVersion.TLSv1_2
    assert (contexto().verify_mode, contexto().check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("pem", ["", "não é", "-----BEGIN CERTIFICATE-----\nAA\n"])
def test_an_authority_that_cannot_be_read_is_told(pem: str) -> None:
    with pytest.raises(ConfigError, match="autoridade certificadora"):
        contexto(pem)


@pytest.mark.parametrize("com_reset", [True, False])
def test_a_handshake_that_breaks_or_stalls_is_no_configuration_and_nothing_left(
    servidor: ServidorCru, com_reset: bool
) -> None:
    fim = threading.Event()

    def roteiro(conexao: socket.socket) -> None:
        conexao.recv(100)
        if not com_reset:
            fim.wait(20)

    servidor.faz(roteiro)
    entrega = _trocar(servidor.url.replace("http", "https"), segundos=0.5)
    fim.set()
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, False)
    assert entrega.falha


def test_a_handshake_that_trickles_ends_with_the_deadline(servidor: ServidorCru) -> None:
    fim = threading.Event()

    def roteiro(conexao: socket.socket) -> None:
        conexao.recv(100)
        conexao.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB, a byte at a time
        while not fim.wait(0.1):
            conexao.sendall(b"\x02")

    servidor.faz(roteiro)
    inicio = agora()
    rota = Rota(segundos_conexao=60, segundos_resposta=60, contexto=contexto())
    requisicao = Requisicao(url=servidor.url.replace("http", "https"), dados=b"<a/>", cabecalhos={})
    entrega = transporte.trocar(requisicao, rota, ate=inicio + 1)
    fim.set()
    assert agora() - inicio < 20
    assert not entrega.ultimo_bloco_saiu


def test_plain_http_where_tls_is_expected_left_nothing(servidor: ServidorCru) -> None:
    def roteiro(conexao: socket.socket) -> None:
        conexao.recv(100)
        conexao.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    servidor.faz(roteiro)
    assert not _trocar(servidor.url.replace("http", "https")).ultimo_bloco_saiu


@pytest.mark.parametrize(
    "url", ["http://operadora.invalid/x", "http://10.0.0.1/x", "http://127.0.0.1.invalid/"]
)
def test_nothing_goes_in_the_clear_to_another_machine(url: str) -> None:
    entrega = _trocar(url)
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)
    assert entrega.falha == "sem TLS, só para a própria máquina"


# Ours --------------------------------------------------------------------------------------------


def _a1(autoridade: Autoridade, nome: str = "clinica.invalid") -> A1:
    return A1.abrir(autoridade.emitir(nome).pkcs12(), SENHA)


@pytest.mark.parametrize("versao", VERSOES)
def test_we_come_as_the_certificate_says(servir: Servir, versao: ssl.TLSVersion) -> None:
    clientes = Autoridade("De clientes")
    servidor = servir(AUTORIDADE.emitir(), clientes=clientes, versao=versao)
    assert _trocar(servidor.url, a1=_a1(clientes)).resposta == b"<ok/>"
    assert servidor.cliente == "clinica.invalid"


@pytest.mark.parametrize("com_outro", [False, True], ids=["none", "of another authority"])
def test_in_tls_1_3_a_refused_certificate_is_told_after_the_request_left(
    servir: Servir, com_outro: bool
) -> None:
    servidor = servir(AUTORIDADE.emitir(), clientes=Autoridade("De clientes"))
    a1 = _a1(Autoridade("De ninguém")) if com_outro else None
    entrega = _trocar(servidor.url, a1=a1)
    assert entrega.ultimo_bloco_saiu
    assert entrega.certificado_recusado
    assert servidor.recebido == b"", "the service saw nothing"
    assert motivo_de_suspensao(entrega, None) == (
        "CREDENCIAL",
        "a operadora recusou o certificado digital",
    )


def test_in_tls_1_2_a_certificate_of_another_authority_is_refused_before_anything_left(
    servir: Servir,
) -> None:
    clientes = Autoridade("De clientes")
    servidor = servir(AUTORIDADE.emitir(), clientes=clientes, versao=ssl.TLSVersion.TLSv1_2)
    entrega = _trocar(servidor.url, a1=_a1(Autoridade("De ninguém")))
    assert not entrega.ultimo_bloco_saiu
    assert entrega.certificado_recusado


def test_their_bad_certificate_is_not_taken_for_a_refusal_of_ours(servir: Servir) -> None:
    entrega = _trocar(servir(AUTORIDADE.emitir("outro.invalid")).url, a1=_a1(AUTORIDADE))
    assert not entrega.certificado_recusado


def test_the_key_touches_no_disk_and_nothing_shows_it() -> None:
    certificado = AUTORIDADE.emitir("clinica.invalid")
    a1 = A1.abrir(certificado.pkcs12(), SENHA)
    aberturas: list[object] = []
    atento = True

    def espiar(evento: str, argumentos: tuple[Any, ...]) -> None:
        if atento and evento == "open" and argumentos[2] & (os.O_WRONLY | os.O_RDWR):
            aberturas.append(argumentos[0])

    sys.addaudithook(espiar)
    contexto(AUTORIDADE.pem, a1)
    atento = False
    assert all(isinstance(onde, int) for onde in aberturas), "only the memory without a name"
    chave = certificado.chave.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert repr(a1) == "A1()"
    assert chave.splitlines()[1] not in a1.pem(b"x")


@pytest.mark.parametrize("senha", ["errada", None, ""])
def test_a_certificate_that_does_not_open_is_told_without_a_word_of_it(senha: str | None) -> None:
    with pytest.raises(ConfigError, match="não abre") as apanhado:
        A1.abrir(AUTORIDADE.emitir().pkcs12(), senha)
    assert apanhado.value.__suppress_context__


def test_what_is_no_certificate_is_told() -> None:
    with pytest.raises(ConfigError, match="não é um PKCS#12"):
        A1.abrir(b"isto nao e um certificado", SENHA)


def test_a_certificate_without_its_key_is_told() -> None:
    certificado = AUTORIDADE.emitir().certificado
    arquivo = pkcs12.serialize_key_and_certificates(b"x", None, certificado, None, NoEncryption())
    with pytest.raises(ConfigError, match="sem a chave privada"):
        A1.abrir(arquivo, None)


def test_a_certificate_that_tls_does_not_take_is_told() -> None:
    # 1024 bits are too few for what OpenSSL asks for by default.
    fraco = AUTORIDADE.emitir(chave=rsa.generate_private_key(65537, 1024))
    with pytest.raises(ConfigError, match="não serve para TLS"):
        contexto(AUTORIDADE.pem, A1.abrir(fraco.pkcs12(), SENHA))


# Who they are, before anything is asked -----------------------------------------------------------


def _apresentar(
    url: str, autoridade: Autoridade | None = AUTORIDADE, a1: A1 | None = None
) -> Apresentacao | Entrega | None:
    pem = None if autoridade is None else autoridade.pem
    rota = Rota(segundos_conexao=10, segundos_resposta=10, contexto=contexto(pem, a1))
    return transporte.apresentar(url, rota, ate=agora() + 30)


@pytest.mark.parametrize("versao", VERSOES)
def test_a_server_shows_who_it_is_without_being_asked_anything(
    servir: Servir, versao: ssl.TLSVersion
) -> None:
    certificado = AUTORIDADE.emitir()
    servidor = servir(certificado, versao=versao)
    achado = _apresentar(servidor.url)
    assert isinstance(achado, Apresentacao)
    assert achado.versao == versao.name.replace("_", ".")
    assert (achado.nome, achado.emissor) == ("127.0.0.1", "Autoridade")
    assert achado.vale_ate > datetime.now(UTC)
    assert servidor.recebido == b""


def test_a_stranger_is_not_introduced(servir: Servir) -> None:
    entrega = _apresentar(servir(AUTORIDADE.emitir()).url, autoridade=None)
    assert isinstance(entrega, Entrega)
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)


@pytest.mark.parametrize("versao", VERSOES)
def test_a_certificate_of_ours_that_is_refused_is_told_by_any_version_before_anything_is_asked(
    servir: Servir, versao: ssl.TLSVersion
) -> None:
    outra = Autoridade("Outra")
    servidor = servir(AUTORIDADE.emitir(), clientes=outra, versao=versao)
    a1 = A1.abrir(AUTORIDADE.emitir("clinica.invalid").pkcs12(), SENHA)
    entrega = _apresentar(servidor.url, a1=a1)
    assert isinstance(entrega, Entrega)
    assert entrega.certificado_recusado
    assert not entrega.ultimo_bloco_saiu


def test_without_tls_nobody_shows_anything(servidor: ServidorCru) -> None:
    assert _apresentar(servidor.url) is None


def test_nobody_is_looked_up_in_the_clear_on_another_machine() -> None:
    entrega = _apresentar("http://operadora.invalid/servico")
    assert isinstance(entrega, Entrega)
    assert entrega.falha == "sem TLS, só para a própria máquina"


def test_a_server_that_is_not_there_is_not_introduced() -> None:
    entrega = _apresentar("https://127.0.0.1:1/servico")
    assert isinstance(entrega, Entrega)
    assert "ConnectionRefusedError" in str(entrega.falha)
