"""What commands say: to whoever reads, in Portuguese, and never as a traceback."""

from __future__ import annotations

import errno
import io
import os
import sys

_MOTIVOS = {
    errno.ENOENT: "não existe",
    errno.EACCES: "sem permissão",
    errno.EPERM: "sem permissão",
    errno.EISDIR: "é uma pasta",
    errno.ENOTDIR: "uma parte do caminho não é uma pasta",
    errno.EEXIST: "já existe, e nada é gravado por cima",
    errno.ENAMETOOLONG: "o nome é longo demais",
    errno.ENOSPC: "não há espaço",
}


def preparar() -> None:
    """Let a name that is no text, as old systems wrote them, be printed with escapes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def escrever(*linhas: str) -> None:
    """Print lines at once; quiet when nobody reads any more, as a `head` that has enough.

    Raises OSError that names the output when it cannot be written.
    """
    try:
        print(*linhas, sep="\n", flush=True)
    except BrokenPipeError:
        # What Python flushes at the end goes the same way.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as erro:
        # Else the flush at the end would fail again, with a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OSError(erro.errno, erro.strerror, "a saída do comando") from None


def recusar(motivo: str, codigo: int) -> int:
    """Say on stderr why a command did nothing, and return its exit code."""
    print(f"tiss: {motivo}", file=sys.stderr)
    return codigo


def motivo(erro: OSError) -> str:
    """Return what the system says, in Portuguese where it is usual."""
    return _MOTIVOS.get(erro.errno or 0, erro.strerror or str(erro))


def explicar(erro: OSError) -> str:
    """Return a sentence: what could not be read or written, and why."""
    return f"não foi possível ler ou gravar {erro.filename}: {motivo(erro)}"
