from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

# pytest imports test files by path, so what they share has to be found by name
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "domain")]


@pytest.fixture(scope="session")
def amostras() -> Path:
    """The folder of sample messages: no part of this repository, but a must where CI runs."""
    pasta = Path(os.environ.get("TISS_AMOSTRAS") or "pasta-nao-informada")
    if pasta.is_dir():
        return pasta
    motivo = "TISS_AMOSTRAS não aponta para a pasta das mensagens de amostra"
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(motivo)
    pytest.skip(motivo)
