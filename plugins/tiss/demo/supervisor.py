"""The processes of the demo: started, watched and stopped together, and found again later.

Every process is born with a mark of this project folder in its environment, and what it starts
inherits it. Whoever carries the mark is ours: workers in groups of their own, what a killed demo
left behind, everything; and a process that received the pid of an old one never carries it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from tiss.errors import TissError

MARCA = "TISS_DEMO"
NOME = "TISS_DEMO_PROCESSO"
# Seconds between asking a process to end and killing it. Not more: Airflow's scheduler sometimes
# waits without end for a worker that has nothing to do.
PACIENCIA = 5.0


class ProcessoMorreuError(TissError):
    """A process of the demo ended by itself; the others cannot go on without it."""


class JaRodandoError(TissError):
    """Another demo of the same folder is running."""

    def __init__(self, pid: int) -> None:
        super().__init__(
            f"A demonstração desta pasta já está rodando (processo {pid}); `make down` a encerra."
        )
        self.pid = pid


def marca(raiz: Path) -> str:
    """Return what the processes of a project folder carry.

    With the inode, so that a container and its host that use the same path are not confused.
    """
    estado = raiz.stat()
    return f"{raiz.resolve()}:{estado.st_dev}:{estado.st_ino}"


@dataclass(frozen=True, slots=True)
class Processo:
    """A child and where it writes."""

    nome: str
    popen: subprocess.Popen[bytes]
    registro: Path

    def fim_do_registro(self, linhas: int = 15) -> str:
        """Return the last lines that it wrote."""
        texto = self.registro.read_text(encoding="utf-8", errors="replace")
        return "\n".join(texto.splitlines()[-linhas:])


class Supervisor:
    """Starts processes, notices when one ends, and on leaving stops them all."""

    def __init__(self, raiz: Path, registros: Path) -> None:
        """Name the folders.

        raiz: the project folder, which the mark is made of. registros: where the output of each
        process goes, readable by its owner only, because Airflow's may hold what a task printed.
        """
        self._marca = marca(raiz)
        self._registros = registros
        self._processos: list[Processo] = []
        self._encerrado = False
        # Nothing is born while the others are being stopped: it would be missed.
        self._vez = threading.Lock()

    def iniciar(
        self, nome: str, comando: Sequence[str | Path], ambiente: Mapping[str, str]
    ) -> Processo:
        """Start a process that has to live as long as the demo."""
        processo = self._abrir(nome, comando, ambiente)
        self._processos.append(processo)
        return processo

    def executar(
        self, nome: str, comando: Sequence[str | Path], ambiente: Mapping[str, str]
    ) -> None:
        """Run a command to its end; raise TissError, with what it wrote last, when it fails."""
        processo = self._abrir(nome, comando, ambiente)
        if processo.popen.wait() != 0:
            raise TissError(
                f"{nome} falhou ({processo.popen.returncode}). Final de {processo.registro}:\n"
                f"{processo.fim_do_registro()}"
            )

    def verificar(self) -> None:
        """Raise ProcessoMorreuError when a process that had to live has ended."""
        if self._encerrado:
            raise ProcessoMorreuError("A demonstração está sendo encerrada.")
        for processo in self._processos:
            codigo = processo.popen.poll()
            if codigo is not None:
                raise ProcessoMorreuError(
                    f"{processo.nome} terminou sozinho ({codigo}). Final de {processo.registro}:\n"
                    f"{processo.fim_do_registro()}"
                )

    def parar(self, paciencia: float = PACIENCIA) -> None:
        """Stop everything that carries the mark, this process excepted, and start nothing more."""
        with self._vez:
            self._encerrado = True
        encerrar(self._marca, paciencia)
        for processo in self._processos:
            processo.popen.wait()
        self._processos.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        tipo: type[BaseException] | None,
        erro: BaseException | None,
        pilha: TracebackType | None,
    ) -> None:
        self.parar()

    def _abrir(
        self, nome: str, comando: Sequence[str | Path], ambiente: Mapping[str, str]
    ) -> Processo:
        with self._vez:
            if self._encerrado:
                raise ProcessoMorreuError("A demonstração está sendo encerrada.")
            return self._nascer(nome, comando, ambiente)

    def _nascer(
        self, nome: str, comando: Sequence[str | Path], ambiente: Mapping[str, str]
    ) -> Processo:
        self._registros.mkdir(mode=0o700, parents=True, exist_ok=True)
        registro = self._registros / f"{nome}.log"
        if registro.exists():
            registro.replace(registro.with_suffix(".anterior.log"))
        saida = os.open(registro, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            popen = subprocess.Popen(  # noqa: S603  our own commands, no shell
                [str(parte) for parte in comando],
                # setproctitle, which Airflow uses, writes over the environment unless told not to.
                env={**ambiente, MARCA: self._marca, NOME: nome, "SPT_NOENV": "1"},
                stdin=subprocess.DEVNULL,
                stdout=saida,
                stderr=saida,
                # The Ctrl-C of the terminal reaches the demo only, which then stops them in order.
                start_new_session=True,
            )
        finally:
            os.close(saida)
        return Processo(nome, popen, registro)


def marcados(marca: str) -> list[psutil.Process]:
    """Return the living processes that carry the mark, this one excepted."""
    return [processo for processo in psutil.process_iter() if _carrega(processo, marca)]


def encerrar(marca: str, paciencia: float = PACIENCIA) -> list[str]:
    """End the processes that carry the mark: asked first, killed when they take too long.

    Returns the names under which they were started. psutil compares the start time before each
    signal, so that a pid that changed hands in between is spared.
    """
    achados = marcados(marca)
    nomes = {_nome(processo) for processo in achados}
    pids = {processo.pid for processo in achados}
    for processo in achados:
        with contextlib.suppress(psutil.NoSuchProcess):
            # Airflow's components end their own children in order: asked is who has no father here.
            if processo.ppid() not in pids:
                processo.terminate()
    _esperar(achados, paciencia)
    # Again and again, because one that was found may have started another before it was killed.
    while restantes := marcados(marca):
        for processo in restantes:
            with contextlib.suppress(psutil.NoSuchProcess):
                processo.kill()
        _esperar(restantes, 1.0)
    return sorted(nomes)


def _carrega(processo: psutil.Process, marca: str) -> bool:
    try:
        if processo.pid == os.getpid() or not _vivo(processo):
            return False
        return bool(processo.environ().get(MARCA) == marca)
    except (psutil.Error, OSError):
        return False  # gone meanwhile, or somebody else's


def _nome(processo: psutil.Process) -> str:
    try:
        return str(processo.environ()[NOME])
    except (psutil.Error, OSError, KeyError):
        return str(processo.pid)


def _vivo(processo: psutil.Process) -> bool:
    """Whether it still runs. A zombie does not, and where nobody reaps it stays for good."""
    try:
        return bool(processo.is_running() and processo.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _esperar(processos: Sequence[psutil.Process], segundos: float) -> None:
    limite = time.monotonic() + segundos
    while any(map(_vivo, processos)) and time.monotonic() < limite:
        time.sleep(0.05)


@contextmanager
def trava(arquivo: Path) -> Iterator[None]:
    """Hold the folder for one demo; raise JaRodandoError when another one holds it.

    The lock goes with the process, however it ends, so that the pid in the file can be trusted
    exactly while somebody holds the lock.
    """
    with arquivo.open("a+") as aberto:
        try:
            fcntl.flock(aberto, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            aberto.seek(0)
            raise JaRodandoError(int(aberto.read() or 0)) from None
        aberto.truncate(0)
        aberto.write(str(os.getpid()))
        aberto.flush()
        yield
