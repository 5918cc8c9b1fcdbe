"""The clock of the simulator: it may run fast, and it can be pushed forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

# Dates inside TISS messages are those of the operadora, never UTC
FUSO = ZoneInfo("America/Sao_Paulo")


class Relogio:
    """Simulated time, in seconds of the Unix epoch.

    inicio: the real moment at which simulated and real time were equal.
    avancado: seconds already pushed forward; with inicio, all that a restart must remember.
    fonte: where real time comes from.
    """

    def __init__(
        self,
        *,
        aceleracao: float = 1.0,
        inicio: float | None = None,
        avancado: float = 0.0,
        fonte: Callable[[], float] = time.time,
    ) -> None:
        self._fonte = fonte
        self._aceleracao = aceleracao
        self.inicio = fonte() if inicio is None else inicio
        self.avancado = avancado

    def agora(self) -> float:
        """Return the simulated moment."""
        decorrido = self._fonte() - self.inicio
        return self.inicio + decorrido * self._aceleracao + self.avancado

    def avancar(self, segundos: float) -> None:
        """Push the clock forward."""
        self.avancado += segundos


def local(momento: float) -> datetime:
    """Return the civil time of a moment at the operadora."""
    return datetime.fromtimestamp(momento, FUSO)
