"""Time `make demo`: from a fresh clone in an empty folder, then again, warm.

    make bench-demo [CONSULTAS=1000]

What is committed is measured, not what is in the folder. Downloads come from wherever pip and uv
usually get them, caches included: the cold time is that of a new folder, not of a new machine.
"""

# ruff: noqa: S603, S607  constant commands; git and make are wherever the person has them

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RAIZ = Path(__file__).resolve().parents[1]
ORCAMENTO = {"fria": 180.0, "quente": 60.0}  # seconds on 2 cores


def main() -> int:
    """Print the times; return 1 when a demo failed or took longer than its budget."""
    leitor = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    leitor.add_argument("--consultas", type=int, default=1000)
    consultas = leitor.parse_args().consultas
    with tempfile.TemporaryDirectory(prefix="tiss-bench-") as pasta:
        clone = Path(pasta) / "tiss"
        subprocess.run(["git", "clone", "--quiet", RAIZ, clone], check=True)
        try:
            tempos = {nome: _cronometrar(clone, consultas) for nome in ORCAMENTO}
        finally:
            subprocess.run(["make", "--silent", "down"], cwd=clone, check=False)
    for nome, tempo in tempos.items():
        print(f"demo {nome}: {tempo:.1f} s (orçamento: {ORCAMENTO[nome]:.0f} s)")
    print(f"{consultas} consultas, {os.cpu_count()} núcleos")
    return int(any(tempo > ORCAMENTO[nome] for nome, tempo in tempos.items()))


def _cronometrar(clone: Path, consultas: int) -> float:
    inicio = time.monotonic()
    comando = ["make", "--silent", "demo", "WAIT=0", f"CONSULTAS={consultas}"]
    subprocess.run(comando, cwd=clone, check=True)
    return time.monotonic() - inicio


if __name__ == "__main__":
    sys.exit(main())
