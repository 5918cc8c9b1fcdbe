"""Between 21:00 and midnight in the clinic it is already tomorrow in UTC: messages say today."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from lxml import etree
from oficina import HOJE, Oficina

from tiss.repository import lotes
from tiss.repository.guias import Filtro
from tiss.services import montagem
from tiss.settings import FUSO

# 23:30 in Sao Paulo on the day of the tests, which UTC calls the day after.
TARDE = datetime.combine(HOJE, time(23, 30), FUSO).astimezone(UTC)


def _cabecalho(oficina: Oficina, **contrato: object) -> tuple[str | None, str | None]:
    if contrato:
        oficina.configurar(**contrato)
    oficina.atender(1)
    (lote,) = montagem.montar(oficina.repo, oficina.contrato(), Filtro(), agora=TARDE).lotes
    with oficina.repo.transacao() as t:
        raiz = etree.fromstring(lotes.obter(t, lote).arquivo)
    return (
        raiz.findtext(".//{*}dataRegistroTransacao"),
        raiz.findtext(".//{*}horaRegistroTransacao"),
    )


def test_a_lote_built_at_half_past_eleven_is_of_that_day(oficina: Oficina) -> None:
    assert TARDE.date() == HOJE + timedelta(days=1), "in UTC it is tomorrow"
    assert _cabecalho(oficina) == (HOJE.isoformat(), "23:30:00")


def test_a_lote_has_the_time_of_its_contrato_and_not_of_the_machine(oficina: Oficina) -> None:
    assert _cabecalho(oficina, fuso="America/Manaus") == (HOJE.isoformat(), "22:30:00")
