"""Through a proxy: what it refuses was not delivered, and it never learns what passes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from certificados import Autoridade
from servidor_cru import ServidorCru, fechar, receber, resetar
from servidor_tls import ServidorTls

from tiss.clients import transporte
from tiss.clients.tls import contexto
from tiss.clients.transporte import Apresentacao, Rota, agora
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import Entrega

AUTORIDADE = Autoridade()
# Whatever asks for this address by itself finds nobody.
OPERADORA = "https://127.0.0.1:1/servico"


@pytest.fixture
def operadora(tmp_path: Path) -> Iterator[ServidorTls]:
    """An operadora behind the proxy."""
    servidor = ServidorTls(AUTORIDADE.emitir(), tmp_path)
    yield servidor
    servidor.fechar()


def _rota(proxy: ServidorCru) -> Rota:
    return Rota(
        segundos_conexao=5,
        segundos_resposta=5,
        contexto=contexto(AUTORIDADE.pem),
        proxy=f"http://127.0.0.1:{proxy.porta}",
    )


def _trocar(url: str, proxy: ServidorCru) -> Entrega:
    requisicao = Requisicao(url=url, dados=b"<pedido/>", cabecalhos={"Authorization": "Basic dTpz"})
    return transporte.trocar(requisicao, _rota(proxy), ate=agora() + 20)


def _conectar(conexao: socket.socket) -> bytes:
    pedido = b""
    while b"\r\n\r\n" not in pedido:
        pedido += receber(conexao)
    return pedido


def _passar(de: socket.socket, para: socket.socket, visto: bytearray) -> None:
    with suppress(OSError):
        while dados := de.recv(65536):
            visto += dados
            para.sendall(dados)
        para.shutdown(socket.SHUT_WR)


def _abrir_tunel(servidor: ServidorCru, operadora: ServidorTls) -> bytearray:
    """Let the proxy pass what comes to the operadora; return what it sees."""
    visto = bytearray()

    def tunel(conexao: socket.socket) -> None:
        visto.extend(_conectar(conexao))
        with socket.create_connection(("127.0.0.1", operadora.porta)) as destino:
            conexao.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            volta = threading.Thread(target=_passar, args=(destino, conexao, visto))
            volta.start()
            _passar(conexao, destino, visto)
            volta.join(60)

    servidor.faz(tunel)
    return visto


def test_tls_goes_through_a_tunnel_in_which_the_proxy_sees_nothing(
    servidor: ServidorCru, operadora: ServidorTls
) -> None:
    visto = _abrir_tunel(servidor, operadora)
    assert _trocar(operadora.url, servidor).resposta == b"<ok/>"
    assert visto.startswith(f"CONNECT 127.0.0.1:{operadora.porta} HTTP/1.".encode())
    assert b"dTpz" not in visto
    assert b"<pedido/>" not in visto
    assert b"<pedido/>" in operadora.recebido


def test_the_operadora_is_looked_up_through_the_proxy_too(
    servidor: ServidorCru, operadora: ServidorTls
) -> None:
    visto = _abrir_tunel(servidor, operadora)
    achado = transporte.apresentar(operadora.url, _rota(servidor), ate=agora() + 20)
    assert isinstance(achado, Apresentacao)
    assert visto.startswith(b"CONNECT ")


@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "502 Bad Gateway"])
def test_a_tunnel_that_the_proxy_refuses_delivered_nothing(
    servidor: ServidorCru, status: str
) -> None:
    def recusar(conexao: socket.socket) -> None:
        servidor.recebido = _conectar(conexao)
        conexao.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

    servidor.faz(recusar)
    entrega = _trocar(OPERADORA, servidor)
    assert (entrega.ultimo_bloco_saiu, entrega.http_status) == (False, None)
    assert "ProxyError" in str(entrega.falha)
    assert b"<pedido/>" not in servidor.recebido
    assert servidor.conexoes == 1


@pytest.mark.parametrize("roteiro", [fechar, resetar])
def test_a_proxy_that_hangs_up_delivered_nothing(servidor: ServidorCru, roteiro: object) -> None:
    servidor.faz(roteiro)  # type: ignore[arg-type]
    assert not _trocar(OPERADORA, servidor).ultimo_bloco_saiu


def test_a_proxy_that_is_not_there_delivered_nothing(servidor: ServidorCru) -> None:
    servidor.fechar()
    entrega = _trocar(OPERADORA, servidor)
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, False)


@pytest.mark.parametrize("status", ["200 OK", "407 Proxy Authentication Required", "504 Late"])
def test_without_tls_the_answer_of_the_proxy_is_an_answer(
    servidor: ServidorCru, status: str
) -> None:
    servidor.responde(f"HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\n<ok/>".encode())
    entrega = _trocar("http://127.0.0.1:1/servico", servidor)
    assert (entrega.http_status, entrega.ultimo_bloco_saiu) == (int(status[:3]), True)
    assert servidor.recebido.startswith(b"POST http://127.0.0.1:1/servico HTTP/1.1")


def test_a_certificate_behind_the_proxy_is_verified_all_the_same(
    servidor: ServidorCru, tmp_path: Path
) -> None:
    falsa = ServidorTls(Autoridade("Falsa").emitir(), tmp_path)

    def tunel(conexao: socket.socket) -> None:
        _conectar(conexao)
        with socket.create_connection(("127.0.0.1", falsa.porta)) as destino:
            conexao.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            threading.Thread(target=_passar, args=(destino, conexao, bytearray())).start()
            _passar(conexao, destino, bytearray())

    servidor.faz(tunel)
    entrega = _trocar(OPERADORA, servidor)
    falsa.fechar()
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)
    assert falsa.recebido == b""


def test_a_tls_proxy_is_verified_with_the_usual_authorities_only(tmp_path: Path) -> None:
    proxy = ServidorTls(AUTORIDADE.emitir(), tmp_path)
    rota = Rota(
        segundos_conexao=5,
        segundos_resposta=5,
        contexto=contexto(AUTORIDADE.pem),
        proxy=f"https://127.0.0.1:{proxy.porta}",
    )
    requisicao = Requisicao(url=OPERADORA, dados=b"<pedido/>", cabecalhos={})
    entrega = transporte.trocar(requisicao, rota, ate=agora() + 20)
    proxy.fechar()
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)
    assert proxy.apertos == 0
