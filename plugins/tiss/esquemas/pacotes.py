"""Packages of PyPI as archives: downloaded, checked against the catalogue, and never installed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tiss.errors import ConfigError

_PIP_DOWNLOAD = (
    *("-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"),
    *("--retries", "1", "--timeout", "15", "--no-deps", "--only-binary", ":all:"),
)
_LIMITE_DO_PIP = 120.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacote:
    """A wheel of PyPI, as the catalogue pins it. pasta: where its XSDs are, {versao} inside."""

    nome: str
    versao: str
    sha256: str
    pasta: str

    def __str__(self) -> str:
        return f"{self.nome} {self.versao}"


class NaoTem(Exception):
    """This place does not have what is wanted: the next one is tried."""


@contextmanager
def aberto(pacote: Pacote) -> Iterator[zipfile.ZipFile]:
    """Give the wheel, as a file that is forgotten afterwards.

    Raises NaoTem, in Portuguese, when pip cannot have it and ConfigError when it is another one.
    """
    with tempfile.TemporaryDirectory() as temporaria:
        wheel = _baixar(pacote, Path(temporaria))
        if sha256(wheel.read_bytes()) != pacote.sha256:
            raise ConfigError(
                f"O pacote {wheel.name} não é o do catálogo (sha256 diferente); nada foi instalado."
            )
        with zipfile.ZipFile(wheel) as arquivo:
            yield arquivo


def _baixar(pacote: Pacote, destino: Path) -> Path:
    comando = [sys.executable, *_PIP_DOWNLOAD, "--dest", str(destino)]
    try:
        subprocess.run(  # noqa: S603 - no shell; name and version come from our catalogue
            [*comando, f"{pacote.nome}=={pacote.versao}"],
            check=True,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_LIMITE_DO_PIP,
        )
    except subprocess.TimeoutExpired as erro:
        raise NaoTem(f"o pip não terminou em {_LIMITE_DO_PIP:.0f} s") from erro
    except subprocess.CalledProcessError as erro:
        linhas = str(erro.stderr).strip().splitlines() or [f"código {erro.returncode}"]
        raise NaoTem(f"o pip não baixou o pacote: {linhas[-1]}") from erro
    return next(destino.iterdir())


def sha256(dados: bytes) -> str:
    """Return the digest as the catalogue spells it."""
    return hashlib.sha256(dados).hexdigest()
