"""The audit trail: each part of an exchange is written once, and stays."""

from __future__ import annotations

from typing import Any

import pytest
from oficina import Oficina
from psycopg import errors

from tiss.domain.cadastro import Operacao
from tiss.domain.retorno import Entrega
from tiss.repository import trocas

PEDIDO = ("operacao", "contrato_id", "lote_id", "tentativa", "quem", "inicio", "pedido",
          "pedido_sha256")  # fmt: skip
RESPOSTA = ("fim", "http_status", "ultimo_bloco_saiu", "falha", "resposta")
LEITURA = ("interpretada_em", "desfecho")
OUTRO: dict[str, Any] = {
    "operacao": "SOLIC_STATUS_PROTOCOLO",
    "contrato_id": 2,
    "lote_id": 2,
    "tentativa": 9,
    "http_status": 500,
    "ultimo_bloco_saiu": False,
    "fim": "2020-01-01",
    "inicio": "2020-01-01",
    "interpretada_em": "2020-01-01",
    "pedido": b"x",
    "resposta": b"x",
}


@pytest.fixture
def troca(oficina: Oficina) -> int:
    """An exchange that has only begun."""
    oficina.configurar(max_guias=1)
    oficina.lote(1)
    oficina.lote(1)
    with oficina.repo.transacao() as t:
        return trocas.abrir(
            t,
            operacao=Operacao.ENVIO_LOTE_GUIAS,
            canal="SOAP",
            contrato_id=oficina.contrato().id,
            lote_id=1,
            tentativa=1,
            quem="a",
            pedido=b"<a/>",
            sha256="0",
        )


ENTREGA = Entrega(http_status=200, ultimo_bloco_saiu=True, resposta=b"<r/>")


def _responder(oficina: Oficina, troca: int, entrega: Entrega = ENTREGA) -> None:
    with oficina.repo.transacao() as t:
        trocas.responder(t, troca, entrega)


def _interpretar(oficina: Oficina, troca: int) -> None:
    with oficina.repo.transacao() as t:
        trocas.interpretada(t, troca, "ENVIADO: protocolo 1")


def _mudar(oficina: Oficina, coluna: str) -> None:
    oficina.fazer(f"UPDATE tiss.troca SET {coluna} = %s", OUTRO.get(coluna, "outro"))


@pytest.mark.parametrize("coluna", PEDIDO)
def test_the_request_never_changes(oficina: Oficina, troca: int, coluna: str) -> None:
    with pytest.raises(errors.IntegrityConstraintViolation, match="trilha de auditoria"):
        _mudar(oficina, coluna)


@pytest.mark.parametrize("coluna", RESPOSTA)
def test_the_reply_is_written_once(oficina: Oficina, troca: int, coluna: str) -> None:
    _responder(oficina, troca)
    with pytest.raises(errors.IntegrityConstraintViolation, match="trilha de auditoria"):
        _mudar(oficina, coluna)


@pytest.mark.parametrize("coluna", RESPOSTA[1:])
def test_the_reply_is_written_as_a_whole(oficina: Oficina, troca: int, coluna: str) -> None:
    with pytest.raises(errors.IntegrityConstraintViolation):
        _mudar(oficina, coluna)


@pytest.mark.parametrize("coluna", LEITURA)
def test_what_it_meant_is_written_once(oficina: Oficina, troca: int, coluna: str) -> None:
    _responder(oficina, troca)
    _interpretar(oficina, troca)
    with pytest.raises(errors.IntegrityConstraintViolation):
        _mudar(oficina, coluna)


def test_what_it_meant_cannot_come_before_the_reply(oficina: Oficina, troca: int) -> None:
    with pytest.raises(errors.CheckViolation):
        _interpretar(oficina, troca)


@pytest.mark.parametrize("momento", ["aberta", "respondida", "interpretada"])
@pytest.mark.parametrize("comando", ["DELETE FROM tiss.troca", "TRUNCATE tiss.troca"])
def test_nothing_is_ever_deleted(oficina: Oficina, troca: int, momento: str, comando: str) -> None:
    if momento != "aberta":
        _responder(oficina, troca)
    if momento == "interpretada":
        _interpretar(oficina, troca)
    with pytest.raises(errors.IntegrityConstraintViolation):
        oficina.fazer(comando)


def test_repeating_a_write_changes_nothing(oficina: Oficina, troca: int) -> None:
    for corpo in (b"<r/>", b"<outra/>"):
        _responder(oficina, troca, Entrega(http_status=200, ultimo_bloco_saiu=True, resposta=corpo))
        _interpretar(oficina, troca)
    with oficina.repo.transacao() as t:
        guardada = trocas.do_envio(t, 1, 1)
    assert guardada is not None
    assert guardada.entrega == ENTREGA


def test_an_exchange_whose_end_nobody_saw_may_have_left(oficina: Oficina, troca: int) -> None:
    with oficina.repo.transacao() as t:
        guardada = trocas.do_envio(t, 1, 1)
        assert guardada is not None
        assert (guardada.respondida, guardada.entrega.ultimo_bloco_saiu) == (False, True)
        assert trocas.pode_ter_chegado(t, 1, exceto=0)
        assert not trocas.pode_ter_chegado(t, 1, exceto=troca)


def test_a_lote_that_was_never_tried_has_no_exchange(oficina: Oficina, troca: int) -> None:
    with oficina.repo.transacao() as t:
        assert trocas.do_envio(t, 2, 1) is None
        assert not trocas.pode_ter_chegado(t, 2, exceto=0)


def test_what_provably_stayed_here_cannot_have_arrived(oficina: Oficina, troca: int) -> None:
    ficou = Entrega(http_status=None, ultimo_bloco_saiu=False, resposta=None, falha="recusada")
    _responder(oficina, troca, ficou)
    with oficina.repo.transacao() as t:
        assert not trocas.pode_ter_chegado(t, 1, exceto=0)
