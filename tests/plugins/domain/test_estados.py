from __future__ import annotations

from itertools import product

import pytest

from tiss.domain.estados import (
    TRANSICOES_GUIA,
    TRANSICOES_LOTE,
    StatusGuia,
    StatusLote,
    exigir_transicao,
)
from tiss.errors import TransitionError

L, G = StatusLote, StatusGuia
LEGAIS = {
    (L.PENDENTE, L.ENVIANDO),  # the claim
    (L.PENDENTE, L.CANCELADO),  # dismantled before the first attempt
    (L.ENVIANDO, L.ENVIADO),
    (L.ENVIANDO, L.ERRO),
    (L.ENVIANDO, L.PENDENTE),  # provably not delivered
    (L.ENVIANDO, L.EM_DUVIDA),
    (L.EM_DUVIDA, L.ENVIADO),  # a late or informed protocolo
    (L.EM_DUVIDA, L.ERRO),  # a stored reply read late
    (L.EM_DUVIDA, L.PENDENTE),  # a person allows the resend
    (L.EM_DUVIDA, L.CANCELADO),
    (L.EM_DUVIDA, L.CANCELANDO),  # after the quarantine
    (L.ENVIADO, L.CANCELANDO),
    (L.CANCELANDO, L.CANCELADO),
    (L.CANCELANDO, L.EM_DUVIDA),  # nobody answered
    (L.CANCELANDO, L.ENVIADO),  # not cancelled
    (L.ENVIADO, L.PROCESSADO),
    (L.ERRO, L.CANCELADO),  # rebuilt
}
PARES = list(product(StatusLote, StatusLote))


@pytest.mark.parametrize(("de", "para"), sorted(LEGAIS))
def test_legal_transition_of_a_lote_is_allowed(de: StatusLote, para: StatusLote) -> None:
    exigir_transicao(de, para)


@pytest.mark.parametrize(("de", "para"), [par for par in PARES if par not in LEGAIS])
def test_every_other_transition_of_a_lote_raises(de: StatusLote, para: StatusLote) -> None:
    with pytest.raises(TransitionError, match=f"{de} não pode passar a {para}"):
        exigir_transicao(de, para)


def test_lote_begins_pendente() -> None:
    assert TRANSICOES_LOTE[None] == {L.PENDENTE}


def test_lote_that_left_is_never_ready_to_leave_again_without_doubt_or_proof() -> None:
    de_volta = {de for de, para in TRANSICOES_LOTE.items() if L.PENDENTE in para}
    assert de_volta == {None, L.ENVIANDO, L.EM_DUVIDA}


def test_transitions_of_a_guia_are_these() -> None:
    assert {
        None: {G.INVALIDA, G.GERADA},
        G.INVALIDA: {G.GERADA, G.CANCELADA},
        G.GERADA: {G.ENVIADA, G.INVALIDA, G.CANCELADA},
        G.ENVIADA: {G.AUTORIZADA, G.NEGADA, G.CANCELADA, G.GERADA},
        G.AUTORIZADA: {G.NEGADA, G.CANCELADA},  # a later answer
        G.NEGADA: {G.AUTORIZADA, G.CANCELADA},
        G.CANCELADA: set(),
    } == TRANSICOES_GUIA


@pytest.mark.parametrize(
    ("tabela", "estados"), [(TRANSICOES_GUIA, StatusGuia), (TRANSICOES_LOTE, StatusLote)]
)
def test_every_state_has_a_row_and_a_way_in(
    tabela: dict[object, set[object]], estados: type
) -> None:
    assert set(tabela) - {None} == set(estados)
    assert set().union(*tabela.values()) == set(estados)
