from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parent))

from servidor_cru import ServidorCru


@pytest.fixture
def servidor() -> Iterator[ServidorCru]:
    """A server to be told how to misbehave."""
    cru = ServidorCru()
    yield cru
    cru.fechar()
