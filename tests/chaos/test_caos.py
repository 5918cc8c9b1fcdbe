"""A bounded run of the chaos: `make chaos` makes long ones."""

from __future__ import annotations

import tempfile
from pathlib import Path

from aglomerado import aglomerado
from caos import rodar

# Enough for every kind of accident; what is left over is sent in the recovery.
LOTES, SEGUNDOS = 30, 20.0


def test_nothing_is_billed_twice_lost_or_left_lying_while_everything_breaks() -> None:
    # Not in pytest's own folder: see tests/conftest.py.
    with tempfile.TemporaryDirectory(prefix="tiss-caos-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o755)
        with aglomerado(pasta) as postgres:
            resultado = rodar(postgres, semente=1, lotes=LOTES, segundos=SEGUNDOS)
    print(resultado)
    assert resultado.violacoes == []
    assert resultado.lotes >= LOTES
    assert resultado.falhas["kill -9"]
    assert resultado.falhas["banco derrubado"]
    # A late answer may settle a doubt before anybody is asked.
    assert resultado.perguntas_sem_remedio <= resultado.duvidas_sem_remedio
