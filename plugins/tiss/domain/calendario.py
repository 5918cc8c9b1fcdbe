"""When an operadora takes lotes: hours, days of the week, days of the month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

Valor = TypeVar("Valor", int, time)

# After 28 years days of the week and of the year fall together again: what did not open will not.
HORIZONTE = timedelta(days=28 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendario:
    """The delivery calendar of a contrato; None is "any".

    das, ate: local time, [das, ate); ate before das goes over midnight. dias_da_semana: 1 is
    Monday, of the day that begins at midnight. do_dia, ao_dia: days of the month, inclusive; ao_dia
    before do_dia goes over the end of the month.
    """

    das: time | None = None
    ate: time | None = None
    dias_da_semana: frozenset[int] | None = None
    do_dia: int | None = None
    ao_dia: int | None = None

    def aberto(self, momento: datetime) -> bool:
        """Return whether lotes are taken at a local time."""
        return self._dia_aberto(momento) and self._hora_aberta(momento.time())

    def abre_em(self, momento: datetime) -> datetime | None:
        """Return when lotes are taken again, in the zone of `momento`; None: now.

        Raises ValueError when the calendar never opens.
        """
        if self.aberto(momento):
            return None
        instantes = {time(0), self.das or time(0)}
        dia = momento.date()
        while dia <= (momento + HORIZONTE).date():
            for hora in sorted(instantes):
                # The wall clock decides: a day may have 23 or 25 hours.
                candidato = datetime.combine(dia, hora, momento.tzinfo)
                if candidato > momento and self.aberto(candidato):
                    return candidato
            dia += timedelta(days=1)
        raise ValueError("o calendário de entrega nunca abre")

    def _dia_aberto(self, momento: datetime) -> bool:
        if self.dias_da_semana is not None and momento.isoweekday() not in self.dias_da_semana:
            return False
        return (
            self.do_dia is None
            or self.ao_dia is None
            or _entre(momento.day, self.do_dia, self.ao_dia + 1)
        )

    def _hora_aberta(self, hora: time) -> bool:
        return self.das is None or self.ate is None or _entre(hora, self.das, self.ate)


def _entre(valor: Valor, inicio: Valor, fim: Valor) -> bool:
    """Whether a value lies in [inicio, fim), which may go over the end of the cycle."""
    if inicio < fim:
        return inicio <= valor < fim
    return valor >= inicio or valor < fim
