"""The table of what becomes of a request to cancel: first match wins."""

from __future__ import annotations

from typing import Any

import pytest

from tiss.domain.cancelamento import DesfechoCancelamento, decidir_cancelamento
from tiss.domain.estados import TRANSICOES_LOTE, StatusLote
from tiss.domain.retorno import (
    SITUACOES_CANCELAMENTO,
    Cancelamento,
    Cancelamentos,
    Entrega,
    FalhaSoap,
    Ilegivel,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)

ENVIADO, EM_DUVIDA, CANCELADO = StatusLote.ENVIADO, StatusLote.EM_DUVIDA, StatusLote.CANCELADO
DE_ONDE = [ENVIADO, EM_DUVIDA]
CHEGOU = Entrega(http_status=200, ultimo_bloco_saiu=True, resposta=b"x")
TODAS = frozenset({"1", "2"})


def decidir(
    resposta: Resposta | None,
    entrega: Entrega = CHEGOU,
    **campos: Any,  # noqa: ANN401
) -> DesfechoCancelamento:
    """Decide about lote 7 with the guias 1 and 2, which was ENVIADO, asked as a whole."""
    padrao = {
        "numero_lote": "7",
        "pedidas": None,
        "do_lote": TODAS,
        "antes": ENVIADO,
        "deduplica": False,
    }
    return decidir_cancelamento(entrega, resposta, **{**padrao, **campos})


def do_lote(situacao: str, numero_lote: str | None = "7") -> Cancelamentos:
    return Cancelamentos(lista=(Cancelamento(situacao=situacao, numero_lote=numero_lote),))


def das_guias(**situacoes: str) -> Cancelamentos:
    return Cancelamentos(
        lista=tuple(
            Cancelamento(situacao=situacao, numero_guia_prestador=numero.removeprefix("g"))
            for numero, situacao in situacoes.items()
        )
    )


def http(status: int) -> Entrega:
    return Entrega(http_status=status, ultimo_bloco_saiu=True, resposta=b"<html/>")


# Answered about the lote --------------------------------------------------------------------------


@pytest.mark.parametrize("antes", DE_ONDE)
@pytest.mark.parametrize("numero", ["7", None])
def test_1_cancels_the_lote_with_all_its_guias(antes: StatusLote, numero: str | None) -> None:
    desfecho = decidir(do_lote("1", numero), antes=antes)
    assert (desfecho.status, desfecho.canceladas) == (CANCELADO, None)
    assert desfecho.divergencia is None
    assert not desfecho.reenviar


@pytest.mark.parametrize("antes", DE_ONDE)
@pytest.mark.parametrize("situacao", ["1", "5"])
def test_what_is_said_of_another_lote_is_no_answer(antes: StatusLote, situacao: str) -> None:
    desfecho = decidir(do_lote(situacao, "8"), antes=antes, deduplica=True)
    assert (desfecho.status, desfecho.divergencia) == (antes, "CANCELAMENTO_RECUSADO")
    assert desfecho.canceladas == frozenset()
    assert not desfecho.reenviar


@pytest.mark.parametrize("antes", DE_ONDE)
@pytest.mark.parametrize("deduplica", [True, False])
@pytest.mark.parametrize("situacao", ["2", "3", "6", "", "9"])
def test_2_3_6_and_what_is_not_in_the_table_go_to_a_person(
    situacao: str, deduplica: bool, antes: StatusLote
) -> None:
    desfecho = decidir(do_lote(situacao), antes=antes, deduplica=deduplica)
    assert (desfecho.status, desfecho.divergencia) == (antes, "CANCELAMENTO_RECUSADO")
    assert desfecho.canceladas == frozenset()
    assert not desfecho.reenviar
    assert SITUACOES_CANCELAMENTO.get(situacao, "sem resposta") in desfecho.motivo


@pytest.mark.parametrize("antes", DE_ONDE)
def test_4_is_asked_again_and_is_no_divergence(antes: StatusLote) -> None:
    desfecho = decidir(do_lote("4"), antes=antes)
    assert (desfecho.status, desfecho.divergencia) == (antes, None)
    assert desfecho.canceladas == frozenset()
    assert "pergunte de novo" in desfecho.motivo


def test_5_lets_a_lote_in_doubt_go_again_where_a_second_copy_would_be_refused() -> None:
    desfecho = decidir(do_lote("5"), antes=EM_DUVIDA, deduplica=True)
    assert (desfecho.status, desfecho.reenviar, desfecho.divergencia) == (EM_DUVIDA, True, None)


def test_5_is_for_a_person_where_it_would_not() -> None:
    desfecho = decidir(do_lote("5"), antes=EM_DUVIDA, deduplica=False)
    assert (desfecho.status, desfecho.reenviar) == (EM_DUVIDA, False)
    assert desfecho.divergencia == "CANCELAMENTO_RECUSADO"


@pytest.mark.parametrize("deduplica", [True, False])
def test_5_for_a_lote_that_has_a_protocolo_is_for_a_person(deduplica: bool) -> None:
    desfecho = decidir(do_lote("5"), antes=ENVIADO, deduplica=deduplica)
    assert (desfecho.status, desfecho.reenviar) == (ENVIADO, False)
    assert desfecho.divergencia == "CANCELAMENTO_RECUSADO"


# Answered about guias -----------------------------------------------------------------------------


@pytest.mark.parametrize("antes", DE_ONDE)
@pytest.mark.parametrize("pedidas", [("1", "2"), None])
def test_every_guia_cancelled_is_the_lote_cancelled(
    pedidas: tuple[str, ...] | None, antes: StatusLote
) -> None:
    desfecho = decidir(das_guias(g1="1", g2="1"), pedidas=pedidas, antes=antes)
    assert (desfecho.status, desfecho.canceladas) == (CANCELADO, None)


def test_the_last_guia_that_is_left_takes_the_lote_along() -> None:
    desfecho = decidir(das_guias(g2="1"), pedidas=("2",), do_lote=frozenset({"2"}))
    assert (desfecho.status, desfecho.canceladas) == (CANCELADO, None)


def test_some_guias_cancelled_leave_the_lote_as_it_is() -> None:
    desfecho = decidir(das_guias(g2="1"), pedidas=("2",))
    assert (desfecho.status, desfecho.canceladas) == (ENVIADO, frozenset({"2"}))
    assert desfecho.divergencia is None


@pytest.mark.parametrize("outra", ["2", "3", "4", "5", "6", ""])
def test_cancelled_in_part_frees_what_was_cancelled_and_a_person_looks_at_the_rest(
    outra: str,
) -> None:
    desfecho = decidir(das_guias(g1="1", g2=outra), pedidas=("1", "2"))
    assert (desfecho.status, desfecho.canceladas) == (ENVIADO, frozenset({"1"}))
    assert desfecho.divergencia == "CANCELAMENTO_PARCIAL"


@pytest.mark.parametrize("outra", ["2", "3", "4", "5", "6", ""])
@pytest.mark.parametrize("deduplica", [True, False])
def test_of_a_lote_in_doubt_nothing_is_freed_in_part(outra: str, deduplica: bool) -> None:
    desfecho = decidir(
        das_guias(g1="1", g2=outra), pedidas=("1", "2"), antes=EM_DUVIDA, deduplica=deduplica
    )
    assert (desfecho.status, desfecho.canceladas) == (EM_DUVIDA, frozenset())
    assert desfecho.divergencia == "CANCELAMENTO_RECUSADO"
    assert not desfecho.reenviar


@pytest.mark.parametrize("pedidas", [("1", "2"), None])
def test_a_guia_that_the_answer_does_not_name_is_not_cancelled(
    pedidas: tuple[str, ...] | None,
) -> None:
    desfecho = decidir(das_guias(g1="1"), pedidas=pedidas)
    assert desfecho.status is ENVIADO
    assert desfecho.divergencia in {"CANCELAMENTO_PARCIAL", "CANCELAMENTO_RECUSADO"}
    assert desfecho.canceladas is not None
    assert "2" not in desfecho.canceladas


def test_a_guia_that_nobody_asked_about_is_not_cancelled() -> None:
    desfecho = decidir(das_guias(g1="2", g2="1"), pedidas=("1",))
    assert (desfecho.status, desfecho.canceladas) == (ENVIADO, frozenset())


@pytest.mark.parametrize("antes", DE_ONDE)
def test_an_answer_about_nothing_is_for_a_person(antes: StatusLote) -> None:
    for pedidas in (None, ("1", "2")):
        desfecho = decidir(Cancelamentos(lista=()), antes=antes, pedidas=pedidas, deduplica=True)
        assert (desfecho.status, desfecho.divergencia) == (antes, "CANCELAMENTO_RECUSADO")
        assert not desfecho.reenviar


# Not answered, refused, turned away ---------------------------------------------------------------


@pytest.mark.parametrize("antes", DE_ONDE)
@pytest.mark.parametrize(
    "resposta",
    [
        Recusa(codigo="5001", descricao="x"),
        FalhaSoap(tiss_fault="SchemaInvalido", codigo="Client", texto="x"),
        FalhaSoap(tiss_fault="HashInvalido", codigo="Client", texto="x"),
        FalhaSoap(tiss_fault="VersaoInvalida", codigo="Client", texto="x"),
    ],
)
def test_a_refusal_changes_nothing_and_is_for_a_person(
    resposta: Resposta, antes: StatusLote
) -> None:
    desfecho = decidir(resposta, antes=antes, deduplica=True)
    assert (desfecho.status, desfecho.divergencia) == (antes, "CANCELAMENTO_RECUSADO")
    assert not desfecho.sem_resposta


@pytest.mark.parametrize("antes", DE_ONDE)
@pytest.mark.parametrize(
    ("entrega", "resposta"),
    [
        (Entrega(http_status=None, ultimo_bloco_saiu=True, resposta=None, falha="x"), None),
        (http(500), Ilegivel(motivo="x")),
        (http(503), Ilegivel(motivo="x")),
        (http(200), Ilegivel(motivo="x")),
        (CHEGOU, FalhaSoap(tiss_fault="ErroInesperadoServidor", codigo="Server", texto="x")),
        (CHEGOU, FalhaSoap(tiss_fault=None, codigo="Server", texto="x")),
        (CHEGOU, Recusa(codigo="ErroInesperadoServidor", descricao=None)),
        (CHEGOU, SituacaoProtocolo(numero_protocolo="1", numero_lote="7", situacao="1")),
    ],
)
def test_without_a_clear_answer_it_may_have_been_done(
    entrega: Entrega, resposta: Resposta | None, antes: StatusLote
) -> None:
    desfecho = decidir(resposta, entrega, antes=antes, deduplica=True)
    assert (desfecho.status, desfecho.sem_resposta) == (EM_DUVIDA, True)
    assert not desfecho.reenviar
    assert not desfecho.nao_chegou


@pytest.mark.parametrize("antes", DE_ONDE)
@pytest.mark.parametrize(
    "entrega",
    [
        Entrega(http_status=None, ultimo_bloco_saiu=False, resposta=None, falha="x"),
        Entrega(http_status=503, ultimo_bloco_saiu=False, resposta=b""),
        http(429),
    ],
)
def test_what_provably_did_not_arrive_changes_nothing(entrega: Entrega, antes: StatusLote) -> None:
    resposta = Ilegivel(motivo="x") if entrega.resposta else None
    desfecho = decidir(resposta, entrega, antes=antes)
    assert (desfecho.status, desfecho.nao_chegou) == (antes, True)
    assert not desfecho.sem_resposta


@pytest.mark.parametrize("antes", DE_ONDE)
@pytest.mark.parametrize(
    ("entrega", "resposta", "o_que"),
    [
        (http(401), Ilegivel(motivo="x"), "CREDENCIAL"),
        (http(403), Ilegivel(motivo="x"), "CREDENCIAL"),
        (http(407), Ilegivel(motivo="x"), "CREDENCIAL"),
        (CHEGOU, FalhaSoap(tiss_fault="LoginInvalido", codigo="x", texto="x"), "CREDENCIAL"),
        (CHEGOU, FalhaSoap(tiss_fault="DestinatarioInvalido", codigo="x", texto="x"), "OPERACAO"),
        (http(404), Ilegivel(motivo="x"), "OPERACAO"),
        (http(302), Ilegivel(motivo="x"), "OPERACAO"),
        (
            Entrega(
                http_status=None,
                ultimo_bloco_saiu=False,
                resposta=None,
                falha="x",
                configuracao=True,
            ),
            None,
            "OPERACAO",
        ),
    ],
)
def test_what_a_person_has_to_mend_is_suspended_and_changes_nothing(
    entrega: Entrega, resposta: Resposta | None, o_que: str, antes: StatusLote
) -> None:
    desfecho = decidir(resposta, entrega, antes=antes)
    assert (desfecho.status, desfecho.suspender) == (antes, o_que)
    assert not desfecho.sem_resposta
    assert not desfecho.token_recusado


@pytest.mark.parametrize("antes", DE_ONDE)
def test_a_refused_token_is_changed_once_before_anything_is_suspended(antes: StatusLote) -> None:
    resposta = Ilegivel(motivo="x")
    primeiro = decidir(resposta, http(401), antes=antes, token_renovavel=True)
    assert (primeiro.status, primeiro.token_recusado, primeiro.suspender) == (antes, True, None)
    segundo = decidir(resposta, http(401), antes=antes, token_renovavel=False)
    assert (segundo.token_recusado, segundo.suspender) == (False, "CREDENCIAL")


@pytest.mark.parametrize(
    "resposta",
    [
        do_lote("Zélia Teste, carteira 123"),
        Recusa(codigo="Zélia Teste, carteira 123", descricao=None),
    ],
)
def test_free_text_in_place_of_a_code_is_not_shown(resposta: Resposta) -> None:
    assert "sem código" in decidir(resposta).motivo
    assert "Zélia" not in decidir(resposta).motivo


def test_every_outcome_is_a_state_that_a_lote_being_cancelled_may_reach() -> None:
    respostas = [do_lote(situacao) for situacao in ("1", "2", "3", "4", "5", "6", "")]
    for antes in DE_ONDE:
        for resposta in (*respostas, None):
            desfecho = decidir(resposta, antes=antes, deduplica=True)
            assert desfecho.status in TRANSICOES_LOTE[StatusLote.CANCELANDO]
            assert not desfecho.reenviar or StatusLote.PENDENTE in TRANSICOES_LOTE[desfecho.status]
