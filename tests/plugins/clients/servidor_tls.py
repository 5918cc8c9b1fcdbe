"""A small server that speaks TLS, and may ask who is there."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from pathlib import Path

from certificados import Autoridade, Certificado
from servidor_cru import ServidorCru, ler_pedido

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<ok/>"


class ServidorTls(ServidorCru):
    """Answers every request with 200; a test may ask for a certificate and choose the version."""

    def __init__(
        self,
        certificado: Certificado,
        pasta: Path,
        *,
        clientes: Autoridade | None = None,
        versao: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
        resposta: bytes = OK,
    ) -> None:
        arquivo = pasta / "servidor.pem"
        arquivo.write_bytes(certificado.pem)
        self._contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._contexto.load_cert_chain(arquivo)
        self._contexto.minimum_version = self._contexto.maximum_version = versao
        if clientes is not None:
            self._contexto.verify_mode = ssl.CERT_REQUIRED
            self._contexto.load_verify_locations(cadata=clientes.pem)
        self.cliente: str | None = None
        self.apertos = 0
        self._resposta = resposta
        super().__init__()
        self.url = self.url.replace("http://", "https://")
        self.faz(self._conversar)

    def _conversar(self, conexao: socket.socket) -> None:
        copia = conexao.dup()
        try:
            segura = self._contexto.wrap_socket(conexao, server_side=True)
        except ssl.SSLError:
            # Read what is on the way before closing: a reset could overtake the alert.
            with copia, suppress(OSError):
                copia.shutdown(socket.SHUT_WR)
                copia.settimeout(10)
                while copia.recv(65536):
                    continue
            return
        self.apertos += 1
        with copia, segura:
            quem = segura.getpeercert() or {}
            nomes = {par[0]: par[1] for parte in quem.get("subject", ()) for par in parte}
            self.cliente = nomes.get("commonName")
            self.recebido = ler_pedido(segura)
            segura.sendall(self._resposta)
