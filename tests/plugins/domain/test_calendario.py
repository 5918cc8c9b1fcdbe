from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiss.domain.calendario import HORIZONTE, Calendario

SP = ZoneInfo("America/Sao_Paulo")
COMERCIAL = Calendario(das=time(8), ate=time(18), dias_da_semana=frozenset({1, 2, 3, 4, 5}))
NOITE = Calendario(das=time(22), ate=time(6))
DIAS = Calendario(do_dia=1, ao_dia=10)
VIRADA = Calendario(do_dia=25, ao_dia=5)


def em(dia: int, hora: str = "12:00", mes: int = 11) -> datetime:
    return datetime.combine(date(2026, mes, dia), time.fromisoformat(hora), SP)


@pytest.mark.parametrize(
    ("calendario", "momento", "abre"),
    [
        (Calendario(), em(22, "03:00"), None),
        (COMERCIAL, em(23, "08:00"), None),
        (COMERCIAL, em(23, "17:59:59.999999"), None),
        (COMERCIAL, em(23, "18:00"), em(24, "08:00")),
        (COMERCIAL, em(23, "07:59:59"), em(23, "08:00")),
        # From Friday evening, Saturday and Sunday: Monday morning.
        (COMERCIAL, em(20, "18:00"), em(23, "08:00")),
        (COMERCIAL, em(22, "12:00"), em(23, "08:00")),
        (NOITE, em(22, "23:00"), None),
        (NOITE, em(22, "05:59:59"), None),
        (NOITE, em(22, "06:00"), em(22, "22:00")),
        (DIAS, em(10, "23:59:59"), None),
        (DIAS, em(11, "00:00"), em(1, "00:00", mes=12)),
        (VIRADA, em(30), None),
        (VIRADA, em(5, "23:59"), None),
        (VIRADA, em(6), em(25, "00:00")),
    ],
)
def test_lotes_are_taken_now_or_at_a_moment_that_is_told(
    calendario: Calendario, momento: datetime, abre: datetime | None
) -> None:
    assert calendario.abre_em(momento) == abre


def test_a_calendar_that_never_opens_is_told() -> None:
    nunca = Calendario(das=time(8), ate=time(18), dias_da_semana=frozenset())
    with pytest.raises(ValueError, match="nunca abre"):
        nunca.abre_em(em(22))


calendarios = st.builds(
    lambda horas, dias, mes: Calendario(
        das=horas and horas[0],
        ate=horas and horas[1],
        dias_da_semana=dias,
        do_dia=mes and mes[0],
        ao_dia=mes and mes[1],
    ),
    st.none() | st.tuples(st.times(), st.times()).filter(lambda par: par[0] != par[1]),
    st.none() | st.frozensets(st.integers(1, 7), min_size=1),
    st.none() | st.tuples(st.integers(1, 28), st.integers(1, 31)),
)


@given(calendarios, st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)))
def test_when_it_opens_it_is_open_and_not_before(calendario: Calendario, momento: datetime) -> None:
    momento = momento.replace(tzinfo=SP)
    abre = calendario.abre_em(momento)
    if abre is None:
        assert calendario.aberto(momento)
        return
    assert momento < abre <= momento + HORIZONTE + timedelta(days=1)
    assert calendario.aberto(abre)
    assert not calendario.aberto(momento)
    # Nothing was open in between, asked every few hours.
    passo = (abre - momento) / 50
    assert not any(calendario.aberto(momento + passo * n) for n in range(50))
