"""Between 21:00 and midnight in the clinic it is already tomorrow in UTC: messages say today."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, time, timedelta, tzinfo
from types import ModuleType
from typing import Self

import pytest
from lxml import etree
from oficina import HOJE, Oficina, cliente_de

from tiss.repository import lotes
from tiss.repository.guias import Filtro
from tiss.services import cancelamento, conversa, montagem, pergunta, retorno
from tiss.settings import FUSO
from tiss.simulador.processo import Simulador

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


# What is asked that evening ----------------------------------------------------------------------


class _Relogio(datetime):
    """The clock of that evening."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(TARDE.timestamp(), tz)


def _parar_o_relogio(monkeypatch: pytest.MonkeyPatch, *modulos: ModuleType) -> None:
    for modulo in modulos:
        monkeypatch.setattr(modulo, "datetime", _Relogio)


def _enviado(oficina: Oficina, simulador: Simulador, fuso: str) -> int:
    oficina.configurar(fuso=fuso)
    oficina.enderecar(CANCELA_GUIA="tissCancelaGuia")
    lote = oficina.lote()
    assert oficina.enviar(lote) is None
    simulador.avancar(60)
    return lote


def _diz(oficina: Oficina, lote: int, operacao: str, *elementos: str) -> list[str | None]:
    """What the request that left says of its dates and times."""
    [troca] = oficina.trocas(lote, operacao)
    raiz = etree.fromstring(zlib.decompress(troca["pedido"]))
    return [raiz.findtext(f".//{{*}}{elemento}") for elemento in elementos]


REGISTRO = ("dataRegistroTransacao", "horaRegistroTransacao")
FUSOS = pytest.mark.parametrize(
    ("fuso", "hora"), [("America/Sao_Paulo", "23:30:00"), ("America/Manaus", "22:30:00")]
)


@FUSOS
def test_what_is_asked_at_half_past_eleven_is_of_that_day(
    oficina: Oficina, simulador: Simulador, monkeypatch: pytest.MonkeyPatch, fuso: str, hora: str
) -> None:
    lote = _enviado(oficina, simulador, fuso)
    _parar_o_relogio(monkeypatch, pergunta, retorno)
    assert oficina.hora() == []
    hoje = HOJE.isoformat()
    assert _diz(oficina, lote, "SOLIC_STATUS_PROTOCOLO", *REGISTRO) == [hoje, hora]
    assert _diz(oficina, lote, "SOLIC_DEMONSTRATIVO_RETORNO", *REGISTRO, "dataSolicitacao") == [
        hoje,
        hora,
        hoje,
    ]


@FUSOS
def test_a_cancel_at_half_past_eleven_is_of_that_day(
    oficina: Oficina, simulador: Simulador, monkeypatch: pytest.MonkeyPatch, fuso: str, hora: str
) -> None:
    lote = _enviado(oficina, simulador, fuso)
    _parar_o_relogio(monkeypatch, cancelamento)
    cancelamento.cancelar(lote, oficina.repo, cliente_de, quem="teste", por="Ana")
    assert _diz(oficina, lote, "CANCELA_GUIA", *REGISTRO) == [HOJE.isoformat(), hora]


def test_a_date_in_an_address_at_half_past_eleven_is_of_that_day(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    feito = oficina.lote()
    with oficina.repo.transacao() as t:
        lote = lotes.obter(t, feito)
    _parar_o_relogio(monkeypatch, conversa)
    assert conversa.campos(oficina.contrato(), lote)["data"] == HOJE.isoformat()
