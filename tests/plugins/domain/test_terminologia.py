from __future__ import annotations

from datetime import date

import pytest

from tiss.domain.terminologia import Periodo, TerminologiaConsultada, Termo

INICIO, FIM = date(2024, 3, 1), date(2025, 2, 28)


def termo(inicio: date | None, fim: date | None, anteriores: tuple[Periodo, ...] = ()) -> Termo:
    return Termo(codigo="1", descricao="Um", inicio=inicio, fim=fim, anteriores=anteriores)


@pytest.mark.parametrize(
    ("dia", "vigente"),
    [
        (date(2024, 2, 29), False),
        (INICIO, True),
        (FIM, True),
        (date(2025, 3, 1), False),
    ],
)
def test_a_term_is_in_force_from_its_first_to_its_last_day(dia: date, vigente: bool) -> None:
    assert termo(INICIO, FIM).vigente_em(dia) is vigente


def test_an_open_end_has_no_limit() -> None:
    assert termo(None, FIM).vigente_em(date.min)
    assert termo(INICIO, None).vigente_em(date.max)
    assert termo(None, None).vigente_em(FIM)


def test_a_term_that_came_back_was_not_in_force_in_between() -> None:
    voltou = termo(
        date(2026, 1, 1), None, (Periodo(None, date(2020, 12, 31)), Periodo(INICIO, FIM))
    )
    dias = [date(2020, 12, 31), date(2021, 1, 1), FIM, date(2025, 12, 31), date(2026, 1, 1)]
    assert [voltou.vigente_em(dia) for dia in dias] == [True, False, True, False, True]


def test_without_a_database_no_table_is_known() -> None:
    vazia = TerminologiaConsultada()
    assert not vazia.tabela_conhecida("22")
    assert vazia.termo("22", "10101012") is None
    assert vazia.descricao_glosa("1705") is None
    assert vazia.operadora("326305") is None
