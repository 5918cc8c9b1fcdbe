"""`python -m tiss.simulador --config FILE.json --porta N [--estado FILE.sqlite]`."""

from __future__ import annotations

import argparse
import signal
import socket
import sqlite3
import sys
from pathlib import Path

import uvicorn

from tiss.errors import ConfigError

from .app import Servico
from .conexao import ProtocoloComTransporte
from .config import ler_configuracao
from .tls import contexto_do_servidor


class _Servidor(uvicorn.Server):
    """Says on standard output when, and where, it is ready."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets and self.started:
            porta = sockets[0].getsockname()[1]
            esquema = "https" if self.config.is_ssl else "http"
            print(f"pronto {esquema}://127.0.0.1:{porta}", flush=True)


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C. Returns the exit code: 2 when the configuration is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tiss.simulador", description="Operadoras simuladas, por HTTP local."
    )
    parser.add_argument("--config", required=True, help="arquivo JSON, ou - para a entrada padrão")
    parser.add_argument("--porta", type=int, default=0, help="0 escolhe uma livre")
    parser.add_argument("--estado", type=Path, help="arquivo SQLite; sem ele, só em memória")
    opcoes = parser.parse_args(argv)
    try:
        bruto = (
            sys.stdin.buffer.read() if opcoes.config == "-" else Path(opcoes.config).read_bytes()
        )
        configuracao = ler_configuracao(bruto.decode())
        tls = None if configuracao.tls is None else contexto_do_servidor(configuracao.tls)
        app = Servico(configuracao, opcoes.estado)
        escuta = _escutar(opcoes.porta)
    except (ConfigError, OSError, UnicodeDecodeError, sqlite3.Error) as erro:
        print(erro, file=sys.stderr)
        return 2
    # uvicorn stops in order, then raises the signal again for the handler that was there before:
    # with this one the exit code is 0
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    servidor = _Servidor(
        uvicorn.Config(
            app,
            http=ProtocoloComTransporte,
            ssl_context_factory=None if tls is None else lambda *_: tls,
            loop="asyncio",
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,  # a held connection must not hold the shutdown
        )
    )
    servidor.run(sockets=[escuta])
    return 0


def _escutar(porta: int) -> socket.socket:
    escuta = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    escuta.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    escuta.bind(("127.0.0.1", porta))
    return escuta


if __name__ == "__main__":
    sys.exit(main())
