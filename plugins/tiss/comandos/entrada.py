"""The files that a command is given to read."""

from __future__ import annotations

from pathlib import Path

from tiss.messages.leitura import TAMANHO_MAXIMO


def ler_arquivo(caminho: Path) -> bytes:
    """Return the bytes of a message, no more than it takes to see that they are too many.

    Raises OSError when it cannot be read.
    """
    with caminho.open("rb") as aberto:
        return aberto.read(TAMANHO_MAXIMO + 1)
