"""Dental guias are judged by what is paid: in parts, with the patient's share, told twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from guias_da_visao import COLUNAS
from oficina import HOJE, Oficina

from tiss.domain.estados import StatusLote
from tiss.domain.retorno import (
    DemonstrativoPagamento,
    DemonstrativosPagamento,
    GuiaPaga,
    ItemAnalisado,
    Motivo,
    OrdemDemonstrativo,
    Pagamento,
    ProtocoloPago,
)
from tiss.repository import lotes
from tiss.services import conciliacao

COBRADO, ZERO = Decimal("80.00"), Decimal("0.00")


@pytest.fixture
def lote(oficina: Oficina) -> int:
    """A lote of two dental guias of R$ 80.00 that the operadora took."""
    for numero in (1, 2):
        oficina.alimentar(
            consulta_id=f"o{numero}",
            tipo_guia="ODONTO",
            numero_carteira=f"12345678{numero}",
            **COLUNAS["ODONTO"],
        )
    (feito,) = oficina.montar().lotes
    with oficina.repo.transacao() as t:
        lotes.tomar(t, feito, dono="teste", segundos=9)
        travado = lotes.travar(t, feito)
        lotes.mudar_estado(t, travado, StatusLote.ENVIADO, motivo="aceito", protocolo="P1")
    return feito


def _paga(numero: str, liberado: str | None, **campos: Any) -> GuiaPaga:  # noqa: ANN401
    modelo: dict[str, Any] = {
        "numero_guia_prestador": numero,
        "recurso": False,
        "valor_informado": COBRADO,
        "valor_processado": COBRADO,
        "valor_liberado": None if liberado is None else Decimal(liberado),
        "valor_glosa": None,
    }
    return GuiaPaga(**{**modelo, **campos})


def _pago(*dias: tuple[GuiaPaga, ...], numero: int = 1) -> DemonstrativoPagamento:
    """A demonstrativo with one payment a day; numero: also its day and its content."""
    return DemonstrativoPagamento(
        ordem=OrdemDemonstrativo(
            data_emissao=HOJE + timedelta(numero), numero=str(numero), sha256=str(numero)
        ),
        pagamentos=tuple(
            Pagamento(
                data=HOJE + timedelta(10 * numero + dia),
                forma=None,
                protocolos=(
                    ProtocoloPago(
                        numero_protocolo="P1",
                        numero_lote=None,
                        valor_informado=None,
                        valor_processado=None,
                        valor_liberado=None,
                        valor_glosa=None,
                        guias=guias,
                    ),
                ),
                debitos_creditos=(),
                valor_bruto=None,
                valor_liquido=None,
            )
            for dia, guias in enumerate(dias)
        ),
        debitos_creditos=(),
        valor_liquido=None,
    )


def _receber(oficina: Oficina, lote: int, *pagos: DemonstrativoPagamento) -> None:
    contrato = oficina.contrato()
    conciliacao.aplicar_pagamentos(oficina.repo, contrato, DemonstrativosPagamento(lista=pagos))


def _veredito(oficina: Oficina, consulta: str = "o1") -> tuple[Any, ...]:
    guia = oficina.guia(consulta)
    return guia["status"], guia["valor_liberado"], guia["valor_glosado"], guia["glosa_parcial"]


def _numeros(oficina: Oficina) -> tuple[str, str]:
    uma, outra = (oficina.guia(c)["numero_guia_prestador"] for c in ("o1", "o2"))
    return uma, outra


PAGA = ("AUTORIZADA", COBRADO, Decimal("0.00"), False)


@pytest.mark.parametrize("onde", ["dias", "linhas", "demonstrativos"])
def test_the_payments_of_a_guia_in_one_message_add_up(
    oficina: Oficina, lote: int, onde: str
) -> None:
    uma, outra = _numeros(oficina)
    partes = _paga(uma, "50.00"), _paga(uma, "30.00")
    cheia = _paga(outra, "80.00")
    pagos = {
        "dias": [_pago((partes[0], cheia), (partes[1],))],
        "linhas": [_pago((*partes, cheia))],
        "demonstrativos": [_pago((partes[1],), numero=2), _pago((partes[0], cheia))],
    }[onde]
    _receber(oficina, lote, *pagos)
    assert _veredito(oficina, "o1") == _veredito(oficina, "o2") == PAGA
    assert (oficina.status(lote), oficina.divergencias()) == ("PROCESSADO", set())


def test_one_demonstrativo_twice_in_a_message_pays_once(oficina: Oficina, lote: int) -> None:
    uma, _ = _numeros(oficina)
    _receber(oficina, lote, *[_pago((_paga(uma, "50.00"),))] * 2)
    assert _veredito(oficina) == ("AUTORIZADA", Decimal("50.00"), Decimal("30.00"), True)


@pytest.mark.parametrize("ordem", [*permutations(range(3))])
def test_payments_that_come_one_by_one_add_up_in_any_order(
    oficina: Oficina, lote: int, ordem: tuple[int, ...]
) -> None:
    uma, outra = _numeros(oficina)
    pagos = [
        _pago((_paga(uma, "50.00"),)),
        _pago((_paga(uma, "20.00"), _paga(outra, "80.00")), numero=2),
        _pago((_paga(uma, "10.00"),), numero=3),
    ]
    _receber(oficina, lote, pagos[ordem[0]])
    assert oficina.status(lote) == "ENVIADO" or ordem[0] == 1
    for numero in (*ordem, *ordem):
        _receber(oficina, lote, pagos[numero])
    assert _veredito(oficina, "o1") == _veredito(oficina, "o2") == PAGA
    assert oficina.valor("SELECT count(*) FROM tiss.pagamento") == 4
    assert (oficina.status(lote), oficina.divergencias()) == ("PROCESSADO", set())


def test_what_was_paid_before_and_is_listed_again_opens_nothing(
    oficina: Oficina, lote: int
) -> None:
    uma, outra = _numeros(oficina)
    _receber(oficina, lote, _pago((_paga(uma, "80.00"),)))
    _receber(
        oficina, lote, _pago((_paga(uma, "80.00"),)), _pago((_paga(outra, "80.00"),), numero=2)
    )
    assert _veredito(oficina, "o1") == _veredito(oficina, "o2") == PAGA
    assert (oficina.status(lote), oficina.divergencias()) == ("PROCESSADO", set())


@pytest.mark.parametrize("zero", ["0.00", None])
def test_a_later_posting_of_nothing_does_not_turn_a_paid_guia_into_a_refused_one(
    oficina: Oficina, lote: int, zero: str | None
) -> None:
    uma, _ = _numeros(oficina)
    _receber(oficina, lote, _pago((_paga(uma, "80.00"),)))
    _receber(oficina, lote, _pago((_paga(uma, zero),), numero=2))
    assert _veredito(oficina) == PAGA
    assert oficina.divergencias() == set()


def test_a_payment_says_nothing_of_guias_that_it_does_not_pay(oficina: Oficina, lote: int) -> None:
    uma, _ = _numeros(oficina)
    _receber(oficina, lote, _pago((_paga(uma, "80.00"),)))
    assert oficina.guia("o2")["status"] == "ENVIADA"
    assert (oficina.status(lote), oficina.divergencias()) == ("ENVIADO", set())


@pytest.mark.parametrize(
    ("liberado", "franquia", "veredito"),
    [
        ("60.00", "20.00", ("AUTORIZADA", Decimal("60.00"), Decimal("0.00"), False)),
        ("50.00", "20.00", ("AUTORIZADA", Decimal("50.00"), Decimal("10.00"), True)),
        ("0.00", "80.00", ("AUTORIZADA", Decimal("0.00"), Decimal("0.00"), False)),
        ("80.00", "20.00", PAGA),
    ],
)
def test_what_the_patient_pays_is_not_refused(
    oficina: Oficina, lote: int, liberado: str, franquia: str, veredito: tuple[Any, ...]
) -> None:
    uma, _ = _numeros(oficina)
    _receber(oficina, lote, _pago((_paga(uma, liberado, valor_franquia=Decimal(franquia)),)))
    assert _veredito(oficina) == veredito
    assert oficina.divergencias() == set()


def test_the_share_of_the_patient_is_not_that_of_a_glosa(oficina: Oficina, lote: int) -> None:
    uma, _ = _numeros(oficina)
    item = ItemAnalisado(
        sequencial_item=1,
        valor_informado=COBRADO,
        valor_liberado=Decimal("50.00"),
        valor_franquia=Decimal("20.00"),
        motivos=(Motivo(codigo="1806", valor=Decimal("10.00")),),
    )
    _receber(oficina, lote, _pago((_paga(uma, "50.00", valor_franquia=Decimal("20.00"),
                                         itens=(item,)),)))  # fmt: skip
    assert oficina.tirada("valor_rateado", "glosa") == [Decimal("10.00")]
    assert oficina.divergencias() == set()


# Items are the analysis, the total of a guia is what is paid --------------------------------------


def _com_item(
    numero: str, dele: str, pago: str, *, informado: str = "80.00", franquia: str = "0.00"
) -> GuiaPaga:
    """A posting whose one item releases `dele`, and which pays `pago` of the guia."""
    cobrado, liberado = Decimal(informado), Decimal(dele)
    item = ItemAnalisado(
        sequencial_item=1,
        valor_informado=cobrado,
        valor_liberado=liberado,
        valor_franquia=ZERO,
        motivos=(Motivo(codigo="1705", valor=cobrado - liberado),) if liberado < cobrado else (),
    )
    return _paga(numero, pago, valor_franquia=Decimal(franquia), itens=(item,))


@pytest.mark.parametrize(
    ("ditas", "liberado", "glosado", "divergencias"),
    [
        # A part of it, and then the rest; the analysis is told again each time.
        ([("60.00", "25.00")], "60.00", "20.00", {"PAGAMENTO_A_MENOR"}),
        ([("60.00", "25.00"), ("60.00", "35.00")], "60.00", "20.00", set()),
        # The items of each part, and nothing is told twice.
        ([("50.00", "50.00"), ("30.00", "30.00")], "80.00", "0.00", set()),
        # Released, and nothing of it paid: late some day, and not refused.
        ([("60.00", "0.00")], "60.00", "20.00", set()),
        ([("60.00", "0.00"), ("60.00", "60.00")], "60.00", "20.00", set()),
        ([("60.00", "60.01")], "60.00", "20.00", {"PAGAMENTO_A_MAIOR"}),
        ([("0.00", "0.00")], "0.00", "80.00", set()),
    ],
)
def test_what_the_items_release_is_not_refused_because_it_is_not_paid(
    oficina: Oficina,
    lote: int,
    ditas: list[tuple[str, str]],
    liberado: str,
    glosado: str,
    divergencias: set[str],
) -> None:
    uma, _ = _numeros(oficina)
    pagos = [
        _pago((_com_item(uma, dos_itens, pago),), numero=n)
        for n, (dos_itens, pago) in enumerate(ditas, 1)
    ]
    for pago in (*pagos, *reversed(pagos)):
        _receber(oficina, lote, pago)
    assert _veredito(oficina)[1:3] == (Decimal(liberado), Decimal(glosado))
    assert oficina.divergencias() == divergencias
    total = sum(Decimal(pago) for _, pago in ditas)
    assert oficina.valor("SELECT sum(pago + a_pagar) FROM tiss.conciliacao_guia") == total


def test_an_item_that_is_told_again_is_refused_once(oficina: Oficina, lote: int) -> None:
    uma, _ = _numeros(oficina)
    _receber(oficina, lote, _pago((_com_item(uma, "60.00", "0.00"),)))
    _receber(oficina, lote, _pago((_com_item(uma, "60.00", "60.00"),), numero=2))
    assert oficina.tirada("valor_rateado", "glosa") == [Decimal("20.00")]


@pytest.mark.parametrize(
    ("pago", "liberado", "glosado"),
    [
        # The share of the patient came off the guia, and not off its item.
        ({"dele": "80.00", "pago": "60.00", "franquia": "20.00"}, "60.00", "0.00"),
        # The centavo by which a total may differ from its items follows them.
        ({"dele": "79.99", "pago": "80.00", "informado": "79.99"}, "80.00", "0.00"),
    ],
)
def test_a_total_that_its_items_explain_is_what_was_released(
    oficina: Oficina, lote: int, pago: dict[str, str], liberado: str, glosado: str
) -> None:
    uma, _ = _numeros(oficina)
    _receber(oficina, lote, _pago((_com_item(uma, **pago),)))
    assert _veredito(oficina)[1:3] == (Decimal(liberado), Decimal(glosado))
    assert oficina.divergencias() == set()


@pytest.mark.parametrize(
    ("situacao", "falta"),
    [(None, False), ("2", False), ("5", False), ("3", True), ("4", True), ("6", True)],
)
def test_a_guia_that_its_protocolo_leaves_out_is_named_once_it_is_analysed(
    oficina: Oficina, lote: int, situacao: str | None, falta: bool
) -> None:
    uma, outra = _numeros(oficina)
    oficina.fazer("UPDATE tiss.lote SET situacao_protocolo = %s", situacao)
    _receber(oficina, lote, _pago((_paga(uma, "80.00"),)))
    conciliacao.cobrar_ausentes(oficina.repo, lote)
    assert oficina.divergencias() == ({"GUIA_NAO_LISTADA"} if falta else set())
    _receber(oficina, lote, _pago((_paga(outra, "80.00"),), numero=2))
    conciliacao.cobrar_ausentes(oficina.repo, lote)
    assert oficina.divergencias() == set()


def test_a_guia_that_is_told_twice_with_its_items_is_paid_twice_and_named(
    oficina: Oficina, lote: int
) -> None:
    uma, _ = _numeros(oficina)
    _receber(oficina, lote, _pago((_com_item(uma, "40.00", "40.00"),) * 2))
    assert oficina.valor("SELECT sum(valor_liberado) FROM tiss.pagamento") == COBRADO
    assert oficina.divergencias() == {"GUIA_LISTADA_DUAS_VEZES"}
