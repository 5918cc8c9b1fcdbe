"""TLS with a CA that lives as long as the simulator: the server's certificate and the clients'."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import LOTE, operadora
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tiss.errors import ConfigError
from tiss.simulador.processo import Simulador

COM_SENHA, COM_CERTIFICADO = "999001", "999002"


@pytest.fixture(scope="module")
def mutuo() -> Iterator[Simulador]:
    config = {
        "operadoras": [
            operadora(COM_SENHA),
            operadora(COM_CERTIFICADO, autenticacao="CERTIFICADO_DIGITAL"),
        ]
    }
    with Simulador.start(config, tls="MUTUO") as simulador:
        yield simulador
        assert simulador.erros() == ""


@pytest.fixture(scope="module")
def so_servidor() -> Iterator[Simulador]:
    with Simulador.start({"operadoras": [operadora(COM_SENHA)]}, tls="SERVIDOR") as simulador:
        yield simulador
        assert simulador.erros() == ""


@pytest.fixture
def ca(tmp_path: Path, mutuo: Simulador) -> str:
    arquivo = tmp_path / "ca.pem"
    arquivo.write_text(mutuo.ca)
    return str(arquivo)


def em_pem(pfx: bytes, senha: str, pasta: Path) -> str:
    """Write a PKCS#12 as the PEM that requests takes, and return where."""
    chave, certificado, _ = pkcs12.load_key_and_certificates(pfx, senha.encode())
    assert chave is not None
    assert certificado is not None
    with tempfile.NamedTemporaryFile(dir=pasta, suffix=".pem", delete=False) as arquivo:
        arquivo.write(
            chave.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificado.public_bytes(Encoding.PEM)
        )
    return arquivo.name


def enviar(
    simulador: Simulador, registro_ans: str, ca: str, certificado: str | None, corpo: bytes = b"x"
) -> requests.Response:
    return requests.post(
        f"{simulador.url}/{registro_ans}/{LOTE}",
        corpo,
        headers={"Content-Type": "text/xml"},
        verify=ca,
        cert=certificado,
        timeout=30,
    )


def test_server_is_known_by_the_ca_only(so_servidor: Simulador, tmp_path: Path) -> None:
    assert so_servidor.url.startswith("https://127.0.0.1:")
    arquivo = tmp_path / "ca.pem"
    arquivo.write_text(so_servidor.ca)
    assert enviar(so_servidor, COM_SENHA, str(arquivo), None).status_code == 401
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(so_servidor.url, timeout=30)


def test_server_answers_to_its_name_too(so_servidor: Simulador, tmp_path: Path) -> None:
    arquivo = tmp_path / "ca.pem"
    arquivo.write_text(so_servidor.ca)
    url = so_servidor.url.replace("127.0.0.1", "localhost")
    assert requests.get(url, verify=str(arquivo), timeout=30).status_code == 404


def test_ca_of_another_run_is_no_good(so_servidor: Simulador, ca: str) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        enviar(so_servidor, COM_SENHA, ca, None)


@pytest.mark.parametrize(("usuario", "prestador"), [("clinica", "P1"), ("outra", "P2")])
def test_name_in_the_certificate_is_the_user(
    mutuo: Simulador, ca: str, tmp_path: Path, numero: str, usuario: str, prestador: str
) -> None:
    certificado = em_pem(mutuo.certificado(usuario, senha="abre"), "abre", tmp_path)
    guia = p.consulta(numero, registro_ans=COM_CERTIFICADO)
    lote = p.lote(numero, [guia], registro_ans=COM_CERTIFICADO, prestador=prestador)
    resposta = enviar(mutuo, COM_CERTIFICADO, ca, certificado, lote)
    assert b"<ans:numeroProtocolo>" in resposta.content
    (chegada,) = [c for c in mutuo.requisicoes() if c["numero_lote"] == numero]
    assert chegada["prestador"] == prestador


def test_certificate_of_nobody_here_is_403(mutuo: Simulador, ca: str, tmp_path: Path) -> None:
    certificado = em_pem(mutuo.certificado("ninguem", senha="abre"), "abre", tmp_path)
    assert enviar(mutuo, COM_CERTIFICADO, ca, certificado).status_code == 403


@pytest.mark.parametrize(
    "campos", [None, {"valido": False}, {"de_outra_ca": True}], ids=["none", "expired", "foreign"]
)
def test_handshake_fails_without_a_good_certificate(
    mutuo: Simulador, ca: str, tmp_path: Path, campos: dict[str, bool] | None
) -> None:
    certificado = None
    if campos is not None:
        pfx = mutuo.certificado("clinica", senha="abre", **campos)
        certificado = em_pem(pfx, "abre", tmp_path)
    antes = mutuo.resumo()[COM_CERTIFICADO]["requisicoes"]
    with pytest.raises(requests.ConnectionError):
        enviar(mutuo, COM_CERTIFICADO, ca, certificado)
    assert mutuo.resumo()[COM_CERTIFICADO]["requisicoes"] == antes


def test_pkcs12_does_not_open_with_another_password(mutuo: Simulador) -> None:
    pfx = mutuo.certificado("clinica", senha="abre")
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(pfx, b"outra")


@pytest.mark.parametrize("falha", ["reset_depois", "truncada", "para_no_cabecalho", "sem_tamanho"])
def test_connections_misbehave_under_tls_too(
    mutuo: Simulador, ca: str, tmp_path: Path, numero: str, falha: str
) -> None:
    certificado = em_pem(mutuo.certificado("clinica", senha="abre"), "abre", tmp_path)
    guia = p.consulta(numero, registro_ans=COM_CERTIFICADO)
    lote = p.lote(numero, [guia], registro_ans=COM_CERTIFICADO)
    mutuo.falha(falha, segundos=0.2)
    try:
        corpo = enviar(mutuo, COM_CERTIFICADO, ca, certificado, lote).content
    except requests.RequestException:
        corpo = b""
    assert b"</soapenv:Envelope>" not in corpo
    assert mutuo.falhas_pendentes() == []
    assert any(c["aceito"] for c in mutuo.requisicoes() if c["numero_lote"] == numero)


def test_without_tls_there_are_no_certificates(simulador: Simulador) -> None:
    with pytest.raises(ValueError, match="não usa TLS"):
        simulador.certificado("clinica", senha="abre")
    with pytest.raises(ValueError, match="não usa TLS"):
        _ = simulador.ca


@pytest.mark.parametrize("tls", [None, "SERVIDOR"])
def test_certificates_need_a_server_that_asks_for_them(
    config: dict[str, Any], tls: Literal["SERVIDOR"] | None
) -> None:
    config["operadoras"][0]["autenticacao"] = "CERTIFICADO_DIGITAL"
    with pytest.raises(ConfigError, match="CERTIFICADO_DIGITAL pede tls com ca"):
        Simulador.start(config, tls=tls)


@pytest.mark.parametrize(
    ("tls", "problema"),
    [
        ([], "tls: deve ser um objeto"),
        ({"certificado": "x", "chave": "-----BEGIN x"}, "tls.certificado"),
        ({"certificado": "-----BEGIN x"}, "tls.chave"),
        ({"certificado": "-----BEGIN x", "chave": "-----BEGIN x"}, "."),
    ],
)
def test_wrong_tls_is_told(config: dict[str, Any], tls: object, problema: str) -> None:
    with pytest.raises(ConfigError, match=problema):
        Simulador.start({**config, "tls": tls})
