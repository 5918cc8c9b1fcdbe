"""A server that misbehaves on purpose, at the level of bytes."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

Roteiro = Callable[[socket.socket], None]


class ServidorCru:
    """A server that does with each connection what a test tells it to, byte by byte."""

    def __init__(self) -> None:
        self._escuta = socket.create_server(("127.0.0.1", 0))
        self.porta: int = self._escuta.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.porta}/servico"
        self.conexoes = 0
        self.recebido = b""
        self._roteiro: Roteiro = fechar
        self._linhas: list[threading.Thread] = []
        self._comecar(self._servir)

    def faz(self, roteiro: Roteiro) -> None:
        """Say what happens to the next connections."""
        self._roteiro = roteiro

    def responde(self, *partes: bytes) -> None:
        """Read the whole request, then write these bytes and close."""

        def roteiro(conexao: socket.socket) -> None:
            self.recebido = ler_pedido(conexao)
            for parte in partes:
                conexao.sendall(parte)

        self.faz(roteiro)

    def fechar(self) -> None:
        """Stop listening; whoever is served has hung up by then, or fails the test."""
        # Who waits for the next connection is not woken by a close alone. Some tests close first.
        with suppress(OSError):
            self._escuta.shutdown(socket.SHUT_RDWR)
        self._escuta.close()
        for linha in self._linhas:
            linha.join(10)
            assert not linha.is_alive(), "quem atende não termina, e gasta o tempo dos outros"

    def _servir(self) -> None:
        while True:
            try:
                conexao, _ = self._escuta.accept()
            except OSError:
                return
            self.conexoes += 1
            self._comecar(self._atender, conexao)

    def _comecar(self, que: Callable[..., None], *args: object) -> None:
        linha = threading.Thread(target=que, args=args, daemon=True)
        self._linhas.append(linha)
        linha.start()

    def _atender(self, conexao: socket.socket) -> None:
        with suppress(OSError), conexao:
            self._roteiro(conexao)


def fechar(conexao: socket.socket) -> None:
    """Hang up without reading."""


def resetar(conexao: socket.socket) -> None:
    """Hang up with a reset."""
    conexao.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def receber(conexao: socket.socket) -> bytes:
    """Read what is there, at least a byte: who asks for more of a closed end asks for ever."""
    dados = conexao.recv(65536)
    if not dados:
        raise ConnectionError
    return dados


def ler_pedido(conexao: socket.socket) -> bytes:
    """Read a request with Content-Length to its last byte."""
    dados = b""
    while b"\r\n\r\n" not in dados:
        dados += receber(conexao)
    cabecalho, _, corpo = dados.partition(b"\r\n\r\n")
    tamanho = next(
        int(linha.split(b":")[1])
        for linha in cabecalho.split(b"\r\n")
        if linha.lower().startswith(b"content-length:")
    )
    while len(corpo) < tamanho:
        corpo += receber(conexao)
    return cabecalho + b"\r\n\r\n" + corpo
