"""The same attendance under two consultas: told, wherever and whenever the other was billed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from guias_da_visao import COLUNAS, exame
from oficina import HOJE, Oficina, item

from tiss.repository.guias import Filtro
from tiss.services import montagem

REPETIDO = "ATENDIMENTO_REPETIDO"
DIA = HOJE - timedelta(3)


def _cita(oficina: Oficina, consulta: str, outra: str) -> bool:
    """Whether the guia warns that another consulta bills the same. False: it says nothing."""
    mensagens = [
        p["mensagem"] for p in oficina.guia(consulta)["problemas"] if p["codigo"] == REPETIDO
    ]
    assert all(f"({outra})" in mensagem for mensagem in mensagens)
    assert len(mensagens) < 2
    return bool(mensagens)


def test_the_second_of_one_page_names_the_first_and_both_are_billed(oficina: Oficina) -> None:
    for consulta in ("a", "b"):
        oficina.alimentar(consulta_id=consulta)
    oficina.alimentar(consulta_id="c", numero_carteira="987654321")
    feito = oficina.montar()
    assert (feito.geradas, dict(feito.avisos)) == (3, {REPETIDO: 1})
    assert not _cita(oficina, "a", "b")
    assert _cita(oficina, "b", "a")
    assert oficina.guia("c")["problemas"] == []


@pytest.mark.parametrize("entre", ["páginas", "noites"])
def test_the_second_names_the_one_that_was_billed_before(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch, entre: str
) -> None:
    monkeypatch.setattr(montagem, "PAGINA", 1)
    oficina.alimentar(consulta_id="a")
    if entre == "noites":
        oficina.montar()
    oficina.alimentar(consulta_id="b")
    oficina.montar()
    assert not _cita(oficina, "a", "b")
    assert _cita(oficina, "b", "a")


def test_another_card_day_code_clinic_or_operadora_is_another_attendance(
    oficina: Oficina,
) -> None:
    outras: list[dict[str, Any]] = [
        {"numero_carteira": "987654321"},
        {"data_atendimento": DIA - timedelta(1)},
        {"itens": json.dumps([item(codigo_procedimento="10101039")])},
        {"itens": json.dumps([item(codigo_tabela="00")])},
        {"clinica_id": "FILIAL"},
        {"registro_ans": "999002"},
    ]
    for numero, outra in enumerate(outras):
        oficina.alimentar(consulta_id=f"outra{numero}", **outra)
    oficina.montar_todos()
    assert set(oficina.tirada("status", "guia")) == {"GERADA"}
    oficina.alimentar(consulta_id="c")
    oficina.montar()
    assert oficina.guia("c")["problemas"] == []


def test_what_is_not_billed_is_not_repeated(oficina: Oficina) -> None:
    oficina.alimentar(consulta_id="ruim", cbo="999998")
    oficina.alimentar(consulta_id="cancelada")
    oficina.alimentar(consulta_id="retirada")
    oficina.montar()
    assert oficina.guia("ruim")["status"] == "INVALIDA"
    oficina.fazer(
        "UPDATE tiss.guia SET status = 'CANCELADA', viva = false WHERE consulta_id = 'cancelada'"
    )
    oficina.fazer("DELETE FROM tiss.fila WHERE consulta_id IN ('cancelada', 'retirada')")
    oficina.alimentar(consulta_id="nova")
    oficina.montar()
    assert oficina.problemas("retirada") == {"RETIRADA"}
    assert oficina.guia("nova")["problemas"] == []


def test_a_rehearsal_is_not_a_second_billing(oficina: Oficina) -> None:
    ensaio = oficina.homologacao()
    so_b = Filtro(consultas=("b",))
    oficina.alimentar(consulta_id="a")
    oficina.montar(ensaio)
    oficina.alimentar(consulta_id="b")
    oficina.montar(filtro=so_b)
    assert oficina.guia("b")["problemas"] == []
    oficina.montar(ensaio, so_b)
    (no_ensaio,) = oficina.guia("b", "HOMOLOGACAO")["problemas"]
    assert no_ensaio["codigo"] == REPETIDO


@pytest.mark.parametrize("com_outra", [False, True])
def test_a_guia_that_is_built_again_does_not_repeat_itself(
    oficina: Oficina, com_outra: bool
) -> None:
    oficina.alimentar(consulta_id="a")
    if com_outra:
        oficina.alimentar(consulta_id="b")
    oficina.montar()
    oficina.fazer("UPDATE tiss.fila SET digest = 'd2' WHERE consulta_id = 'a'")
    assert oficina.montar().geradas == 1
    assert _cita(oficina, "a", "b") == com_outra


def test_each_item_counts_by_its_own_day_also_when_the_attendance_was_on_another(
    oficina: Oficina,
) -> None:
    colunas = {**COLUNAS["SP_SADT"], "tipo_guia": "SP_SADT", "despesas": "[]"}
    antes = str(DIA - timedelta(7))
    oficina.alimentar(
        consulta_id="a",
        data_atendimento=DIA - timedelta(7),
        **{**colunas, "itens": json.dumps([exame(data_execucao=antes)])},
    )
    oficina.montar()
    dois = [exame(sequencial_item=1), exame(sequencial_item=2, data_execucao=antes)]
    oficina.alimentar(consulta_id="b", **{**colunas, "itens": json.dumps(dois)})
    oficina.montar()
    assert _cita(oficina, "b", "a")
    (aviso,) = (p for p in oficina.guia("b")["problemas"] if p["codigo"] == REPETIDO)
    assert aviso["item"] == 2


@pytest.mark.parametrize("noites", [1, 2])
def test_a_consultation_is_of_the_day_of_the_attendance_whatever_its_item_says(
    oficina: Oficina, noites: int
) -> None:
    itens = json.dumps([item(data_execucao=str(DIA - timedelta(1)))])
    oficina.alimentar(consulta_id="a")
    if noites == 2:
        oficina.montar()
    oficina.alimentar(consulta_id="b", itens=itens)
    oficina.montar()
    assert _cita(oficina, "b", "a")
    assert not _cita(oficina, "a", "b")


def test_of_two_that_may_not_both_leave_the_first_does(oficina: Oficina) -> None:
    oficina.configurar(regras=json.dumps({REPETIDO: "BLOQUEIA"}))
    for consulta in ("a", "b"):
        oficina.alimentar(consulta_id=consulta)
    assert oficina.montar().geradas == 1
    assert [oficina.guia(consulta)["status"] for consulta in ("a", "b")] == ["GERADA", "INVALIDA"]


def test_one_that_cannot_be_billed_itself_keeps_nobody_back(oficina: Oficina) -> None:
    oficina.configurar(regras=json.dumps({REPETIDO: "BLOQUEIA"}))
    oficina.alimentar(consulta_id="a", cbo=None)
    oficina.alimentar(consulta_id="b")
    oficina.montar()
    assert [oficina.guia(consulta)["status"] for consulta in ("a", "b")] == ["INVALIDA", "GERADA"]


def test_one_that_was_kept_back_by_another_goes_when_the_other_is_withdrawn(
    oficina: Oficina,
) -> None:
    oficina.configurar(regras=json.dumps({REPETIDO: "BLOQUEIA"}))
    for consulta in ("a", "b"):
        oficina.alimentar(consulta_id=consulta)
    oficina.montar()
    oficina.fazer("DELETE FROM tiss.fila WHERE consulta_id = 'a'")
    oficina.montar()
    assert oficina.guia("b")["status"] == "GERADA"


@pytest.mark.parametrize("carteira", ["123456789 ", " 123456789", "123456789\u200b"])
def test_what_is_compared_is_what_will_be_sent(oficina: Oficina, carteira: str) -> None:
    oficina.alimentar(consulta_id="a", numero_carteira="123456789")
    oficina.alimentar(consulta_id="b", numero_carteira=carteira)
    oficina.montar()
    assert _cita(oficina, "b", "a")
    assert set(oficina.tirada("numero_carteira", "guia")) == {"123456789"}
