"""`make chaos`: long runs of the chaos, with figures; exit 1 when an invariant does not hold."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parent))

from aglomerado import aglomerado
from caos import rodar


def main() -> int:
    """Run every seed; return the exit code."""
    leitor = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    leitor.add_argument("--sementes", type=int, nargs="+", required=True)
    leitor.add_argument("--lotes", type=int, required=True, help="de cada semente")
    leitor.add_argument("--segundos", type=float, default=600, help="de falhas, no máximo")
    opcoes = leitor.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    total, violadas, falhas, perguntas = 0, 0, Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="tiss-caos-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o755)
        with aglomerado(pasta) as postgres:
            for semente in opcoes.sementes:
                feito = rodar(
                    postgres, semente=semente, lotes=opcoes.lotes, segundos=opcoes.segundos
                )
                print(feito, flush=True)
                total += feito.lotes
                violadas += bool(feito.violacoes)
                falhas += feito.falhas
                perguntas += feito.perguntas
    print(
        f"{len(opcoes.sementes)} sementes, {total} lotes, {falhas.total()} falhas "
        f"({', '.join(f'{nome} {n}' for nome, n in falhas.most_common())}), "
        f"{perguntas.total()} perguntas ({', '.join(f'{n} {q}' for n, q in perguntas.items())}): "
        f"{violadas} sementes com violação"
    )
    return int(bool(violadas))


if __name__ == "__main__":
    sys.exit(main())
