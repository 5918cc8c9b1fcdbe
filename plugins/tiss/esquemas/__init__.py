"""Which TISS schemas exist, which are installed, and how to bring one here.

ANS publishes the XSDs, so the repository carries only a catalogue of their names and sha256.
"""

from __future__ import annotations

from pathlib import Path

from tiss.esquemas.catalogo import Catalogo, EstadoEsquema
from tiss.esquemas.instalador import JA_INSTALADA, instalar

__all__ = [
    "JA_INSTALADA",
    "Catalogo",
    "EstadoEsquema",
    "instalar",
    "listar",
    "pasta",
    "sufixo",
    "versoes",
]


def versoes() -> tuple[str, ...]:
    """Return the versions of the project's catalogue."""
    return Catalogo().versoes()


def sufixo(versao: str) -> str:
    """See Catalogo.sufixo, for the project's catalogue."""
    return Catalogo().sufixo(versao)


def pasta(versao: str) -> Path:
    """See Catalogo.pasta, for the project's catalogue."""
    return Catalogo().pasta(versao)


def listar() -> list[EstadoEsquema]:
    """See Catalogo.listar, for the project's catalogue."""
    return Catalogo().listar()
