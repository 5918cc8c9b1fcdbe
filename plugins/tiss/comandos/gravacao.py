"""Files with data of patients: whole or not at all, never over another, for their owner alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

_SO_O_DONO = 0o600
_NOVO = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def gravar(destino: Path, conteudo: bytes) -> None:
    """Write a file that does not exist yet.

    Raises OSError that names it: FileExistsError for anything of that name, also a symbolic link
    that leads nowhere.
    """
    try:
        _gravar(destino, conteudo)
    except OSError as erro:
        # Not by the name of the temporary file.
        raise OSError(erro.errno, erro.strerror, str(destino)) from None


def _gravar(destino: Path, conteudo: bytes) -> None:
    # A short name: the one of the output may be as long as names can be.
    descritor, nome = tempfile.mkstemp(prefix=".tiss-", dir=destino.parent)
    try:
        _escrever(descritor, conteudo)
        try:
            # Unlike a rename, a link never takes the place of a file that appeared meanwhile.
            os.link(nome, destino)
        except OSError:
            # File systems of pen drives and network shares have no links. What exists is refused
            # again.
            _criar(destino, conteudo)
    finally:
        os.unlink(nome)


def _criar(destino: Path, conteudo: bytes) -> None:
    descritor = os.open(destino, _NOVO, _SO_O_DONO)
    try:
        _escrever(descritor, conteudo)
    except OSError:
        with suppress(OSError):
            os.unlink(destino)
        raise


def _escrever(descritor: int, conteudo: bytes) -> None:
    with os.fdopen(descritor, "wb") as aberto:
        aberto.write(conteudo)
        aberto.flush()
        os.fsync(aberto.fileno())
