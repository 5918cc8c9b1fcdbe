"""The environment of each peer: its own, because `tiss` 0.4.0 has our import name.

Everything is checked against a hash: the peer's wheel against the one of the schema catalogue, what
it needs against requirements.txt, so that all are measured on the same lxml and xmlschema.
"""

# ruff: noqa: S603  our own uv, arguments from files of this repository

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

RAIZ = Path(__file__).resolve().parents[1]
PASTA = RAIZ / ".tiss" / "bench"
DEPENDENCIAS = {"tiss": ("lxml",), "pytiss": ("xmlschema", "elementpath")}


def preparar(par: str) -> Path:
    """Return the Python of a peer's environment; made on the first call, or when a pin changed."""
    pasta = PASTA / par
    python, pronto = pasta / "bin" / "python", pasta / "pronto"
    pedido = _requisitos(par)
    if not pronto.is_file() or pronto.read_text(encoding="utf-8") != pedido:
        shutil.rmtree(pasta, ignore_errors=True)
        _uv("venv", "--python", sys.executable, str(pasta))
        requisitos = pasta / "requisitos.txt"
        requisitos.write_text(pedido, encoding="utf-8")
        exigencias = ("--no-deps", "--require-hashes", "--only-binary", ":all:")
        _uv("pip", "install", "--python", str(python), *exigencias, "-r", str(requisitos))
        # Last: without it the environment is made again.
        requisitos.rename(pronto)
    return python


def _requisitos(par: str) -> str:
    catalogo = tomllib.loads((RAIZ / "include/schemas/catalogo.toml").read_text(encoding="utf-8"))
    pacote = catalogo["pacotes"][par]
    travados = (RAIZ / "requirements.txt").read_text(encoding="utf-8")
    linhas = [f"{pacote['nome']}=={pacote['versao']} --hash=sha256:{pacote['sha256']}\n"]
    for nome in DEPENDENCIAS[par]:
        achado = re.search(rf"^{nome}==.*\n(?: +--hash=.*\n)+", travados, re.MULTILINE)
        if achado is None:
            raise LookupError(f"{nome} is not locked in requirements.txt")
        linhas.append(achado[0])
    return "".join(linhas)


def _uv(*argumentos: str) -> None:
    subprocess.run([Path(sys.executable).with_name("uv"), "--quiet", *argumentos], check=True)
