"""What is asked, and when: a protocolo less and less often, payments until all has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from oficina import Oficina

from tiss.domain.cadastro import Operacao
from tiss.errors import PendingError
from tiss.services import distribuicao, retorno
from tiss.settings import FUSO
from tiss.simulador.processo import Simulador

STATUS, DEMONSTRATIVO = Operacao.SOLIC_STATUS_PROTOCOLO, Operacao.SOLIC_DEMONSTRATIVO_RETORNO


@pytest.fixture
def operadora(simular: Callable[..., Simulador]) -> Simulador:
    """The simulated operadoras, which pay on the day of the analysis."""
    return simular(segundos_ate_pagar=0)


def perguntas(oficina: Oficina) -> list[tuple[Any, ...]]:
    """Every question so far: operation, lote, protocolos of one without a lote."""
    return [
        (linha["operacao"], linha["lote_id"], linha["protocolos"])
        for linha in oficina.linhas(
            "SELECT operacao, lote_id, protocolos FROM tiss.troca"
            " WHERE operacao <> 'ENVIO_LOTE_GUIAS' ORDER BY id"
        )
    ]


def novas(oficina: Oficina) -> list[tuple[Any, ...]]:
    """What one more hour asks."""
    antes = len(perguntas(oficina))
    assert oficina.hora() == []
    return perguntas(oficina)[antes:]


def devidos(oficina: Oficina, *protocolos: str) -> list[int]:
    """The lotes that are to be asked about now."""
    ids = [contrato.id for contrato in oficina.contratos()]
    consultas = distribuicao.distribuir_consultas(oficina.repo, ids, protocolos)
    return [lote for consulta in consultas for lote in consulta["lotes"]]


def enviar(oficina: Oficina, *quantas: int) -> list[int]:
    lotes = []
    for guias in quantas:
        lotes.append(oficina.lote(guias))
        assert oficina.enviar(lotes[-1]) is None
    return lotes


def test_it_is_asked_until_all_that_was_released_is_paid(
    oficina: Oficina, operadora: Simulador
) -> None:
    (lote,) = enviar(oficina, 2)
    operadora.avancar(60)
    (protocolo,) = oficina.tirada("protocolo", "lote")
    assert novas(oficina) == [(STATUS, lote, []), (DEMONSTRATIVO, lote, [])]
    assert (oficina.status(lote), oficina.valor("SELECT encerrado FROM tiss.lote")) == (
        "PROCESSADO",
        False,
    )
    # The verdicts are there, the money is not: nothing new about the protocolo, and the payments.
    assert novas(oficina) == [(STATUS, lote, []), (DEMONSTRATIVO, None, [])]
    linhas = oficina.linhas("SELECT protocolo, pago, a_receber FROM tiss.conciliacao_guia")
    assert [tuple(linha.values()) for linha in linhas] == [
        (protocolo, Decimal("150.00"), Decimal("0.00"))
    ] * 2
    assert oficina.divergencias() == set()
    assert oficina.valor("SELECT encerrado FROM tiss.lote")
    assert novas(oficina) == []


def test_the_payments_of_a_month_are_asked_for_once_a_day(
    oficina: Oficina, simular: Callable[..., Simulador]
) -> None:
    operadora = simular()
    enviar(oficina, 1)
    operadora.avancar(60)
    oficina.hora()
    dos_pagamentos = (DEMONSTRATIVO, None, [])
    assert dos_pagamentos in novas(oficina), "nothing is paid before a month has passed"
    assert dos_pagamentos not in novas(oficina)
    competencia = oficina.valor("SELECT competencia FROM tiss.consulta_pagamento")
    assert competencia == f"{datetime.now(FUSO):%Y%m}"
    oficina.fazer("UPDATE tiss.consulta_pagamento SET consultada_em = now() - interval '21 hours'")
    assert dos_pagamentos in novas(oficina)
    # Of what left months ago, each month since then, the older ones weekly.
    oficina.fazer("UPDATE tiss.lote SET data_envio = data_envio - interval '70 days'")
    assert novas(oficina).count(dos_pagamentos) in (2, 3)
    oficina.fazer("UPDATE tiss.consulta_pagamento SET consultada_em = now() - interval '21 hours'")
    assert novas(oficina).count(dos_pagamentos) == 2
    oficina.fazer("UPDATE tiss.lote SET data_envio = data_envio - interval '1 year'")
    oficina.fazer("UPDATE tiss.consulta_pagamento SET consultada_em = now() - interval '8 days'")
    assert dos_pagamentos not in novas(oficina), "what is a year old nobody waits for"


@pytest.mark.parametrize(
    ("a_cada", "idade", "espera"),
    [
        ("1 hour", "1 minute", timedelta(hours=1)),
        ("1 hour", "3 hours", timedelta(hours=1)),
        ("1 hour", "8 days", timedelta(days=2)),
        ("1 hour", "400 days", timedelta(days=7)),
        ("6 hours", "12 hours", timedelta(hours=6)),
    ],
)
def test_an_old_protocolo_is_asked_about_less_often(
    oficina: Oficina, operadora: Simulador, a_cada: str, idade: str, espera: timedelta
) -> None:
    oficina.configurar(consulta_a_cada=a_cada)
    (lote,) = enviar(oficina, 1)
    assert devidos(oficina) == [lote]
    oficina.fazer(f"UPDATE tiss.lote SET data_envio = now() - interval '{idade}'")
    oficina.hora()
    falta = oficina.valor("SELECT proxima_consulta - now() FROM tiss.lote")
    assert espera - timedelta(minutes=1) < falta <= espera + timedelta(minutes=1)
    assert devidos(oficina) == []
    protocolo = oficina.valor("SELECT protocolo FROM tiss.lote")
    assert devidos(oficina, protocolo) == [lote], "a person asks when it is needed"
    # The next hour of the clock comes some seconds too early.
    oficina.fazer("UPDATE tiss.lote SET proxima_consulta = now() + interval '4 minutes'")
    assert devidos(oficina) == [lote]


def test_silence_is_no_answer_and_the_next_hour_asks_again(
    oficina: Oficina, operadora: Simulador
) -> None:
    oficina.configurar(consulta_a_cada="1 hour")
    (lote,) = enviar(oficina, 1)
    operadora.falha("http_503")
    (erro,) = oficina.hora()
    assert isinstance(erro, PendingError)
    assert devidos(oficina) == [lote]


@pytest.mark.parametrize(("por_pedido", "pedidos"), [(30, [3]), (2, [2, 1]), (1, [1, 1, 1])])
def test_several_protocolos_are_asked_for_at_once(
    oficina: Oficina, operadora: Simulador, por_pedido: int, pedidos: list[int]
) -> None:
    oficina.configurar(protocolos_por_consulta=por_pedido, max_envios_simultaneos=1)
    lotes = enviar(oficina, 1, 1, 1)
    operadora.avancar(60)
    assert oficina.hora() == []
    assert [oficina.status(lote) for lote in lotes] == ["PROCESSADO"] * 3
    feitos = [
        (lote, protocolos)
        for operacao, lote, protocolos in perguntas(oficina)
        if operacao == DEMONSTRATIVO
    ]
    assert [len(protocolos) or 1 for _, protocolos in feitos] == pedidos
    assert all((lote is None) == bool(protocolos) for lote, protocolos in feitos)


def test_a_protocolo_that_an_answer_leaves_out_is_asked_for_alone(
    oficina: Oficina, operadora: Simulador
) -> None:
    oficina.enderecar(SOLIC_STATUS_PROTOCOLO=None)
    oficina.configurar(max_envios_simultaneos=1)
    um, outro = enviar(oficina, 1, 1)
    operadora.avancar(60)
    oficina.fazer(f"UPDATE tiss.lote SET protocolo = '999' WHERE id = {outro}")
    assert oficina.hora() == []
    assert [oficina.status(lote) for lote in (um, outro)] == ["PROCESSADO", "ENVIADO"]
    assert oficina.divergencias() == {"PROTOCOLO_NAO_LOCALIZADO"}
    assert [lote for _, lote, _ in perguntas(oficina)] == [None, outro]


def test_what_the_operadora_closes_is_not_asked_about_again(
    oficina: Oficina, operadora: Simulador
) -> None:
    (lote,) = enviar(oficina, 1)
    operadora.avancar(60)
    oficina.hora()
    oficina.fazer("UPDATE tiss.lote SET situacao_protocolo = '6'")
    oficina.fazer("UPDATE tiss.guia_tiss_envio SET valor_pago = 0")
    with oficina.repo.transacao() as t:
        assert t.valor("retorno/encerrar_lote", lote=lote) is True
    assert devidos(oficina) == []


def test_a_task_that_is_tried_again_asks_only_what_was_not_answered(
    oficina: Oficina, operadora: Simulador, capsys: pytest.CaptureFixture[str]
) -> None:
    oficina.configurar(max_envios_simultaneos=1)
    calado, respondido = enviar(oficina, 1, 1)
    operadora.avancar(60)
    ids = [contrato.id for contrato in oficina.contratos()]
    protocolos = [str(protocolo) for protocolo in oficina.tirada("protocolo")]
    # A person asks for them: both are asked whenever they are due.
    for escolhidos in ([], protocolos):
        (remessa,) = distribuicao.distribuir_consultas(oficina.repo, ids, escolhidos)[:1]
        assert remessa["lotes"] == [calado, respondido]
        operadora.falha("http_503", operacao="tissSolicitacaoStatusProtocolo")
        antes = len(perguntas(oficina))
        with pytest.raises(PendingError):
            tentar(oficina, remessa)
        assert {lote for _, lote, _ in perguntas(oficina)[antes:]} == {calado, respondido}
        antes = len(perguntas(oficina))
        capsys.readouterr()
        tentar(oficina, remessa)
        assert {lote for _, lote, _ in perguntas(oficina)[antes:]} == {calado}
        assert f"lotes=[{respondido}]" in capsys.readouterr().out
        antes = len(perguntas(oficina))
        tentar(oficina, remessa)
        assert perguntas(oficina)[antes:] == [], "a third try has nothing left"


def test_months_that_were_answered_are_not_asked_by_the_next_try(
    oficina: Oficina, operadora: Simulador
) -> None:
    enviar(oficina, 1)
    operadora.avancar(60)
    oficina.hora()
    oficina.fazer("UPDATE tiss.lote SET data_envio = data_envio - interval '40 days'")
    ids = [contrato.id for contrato in oficina.contratos()]
    *_, remessa = distribuicao.distribuir_consultas(oficina.repo, ids, [])
    assert len(remessa["meses"]) > 1
    operadora.falha("http_503", operacao="tissSolicitacaoDemonstrativoRetorno")
    antes = len(perguntas(oficina))
    with pytest.raises(PendingError):
        tentar(oficina, remessa)
    assert len(perguntas(oficina)) == antes + len(remessa["meses"])
    tentar(oficina, remessa)
    assert len(perguntas(oficina)) == antes + len(remessa["meses"]) + 1


def tentar(oficina: Oficina, remessa: distribuicao.Consulta) -> None:
    """One try of the task that asks what a remessa names."""
    retorno.consultar_remessa(remessa, oficina.repo, oficina.cliente_de, quem="teste/retorno")
