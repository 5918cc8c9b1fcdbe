"""The question about a lote in doubt: what it shows, who is asked, and what each answer does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import uuid4

import pytest
from oficina import Oficina, cliente_de

from tiss.errors import DoubtError, TransitionError
from tiss.services import duvida, esclarecimento, pergunta
from tiss.services.duvida import RespostaDuvida
from tiss.simulador.processo import Simulador

PROTOCOLO, REENVIAR, CANCELADO_FORA, CANCELAR = RespostaDuvida
CANCELA = "tissCancelaGuia"


@pytest.fixture
def em_duvida(oficina: Oficina, simulador: Simulador) -> int:
    """A lote that arrived, out of quarantine, of a contrato that can cancel."""
    oficina.enderecar(CANCELA_GUIA=CANCELA)
    lote = oficina.lote()
    simulador.falha("reset_depois")
    assert isinstance(oficina.enviar(lote), DoubtError)
    return lote


def responder(oficina: Oficina, lote: int, resposta: RespostaDuvida, **campos: Any) -> str:  # noqa: ANN401
    return duvida.resolver(
        oficina.repo,
        lote,
        resposta,
        **{"por": "Ana", "cliente_de": cliente_de, "quem": "teste", **campos},
    )


@pytest.mark.parametrize(
    ("resposta", "campos", "estado", "dito"),
    [
        (PROTOCOLO, {"protocolo": "0000000001"}, "ENVIADO", "protocolo registrado"),
        (REENVIAR, {"consultei_o_portal": True}, "PENDENTE", "próxima execução"),
        (CANCELADO_FORA, {"consultei_o_portal": True}, "CANCELADO", "pode ser enviado de novo"),
        (CANCELAR, {}, "CANCELADO", "o lote está CANCELADO"),
    ],
)
def test_each_answer_does_what_its_button_says_once(
    oficina: Oficina,
    em_duvida: int,
    resposta: RespostaDuvida,
    campos: dict[str, Any],
    estado: str,
    dito: str,
) -> None:
    assert dito in responder(oficina, em_duvida, resposta, **campos)
    assert oficina.status(em_duvida) == estado
    for outra in RespostaDuvida:
        with pytest.raises(TransitionError):
            responder(oficina, em_duvida, outra, consultei_o_portal=True, protocolo="9")
        if estado == "ENVIADO":
            # That is no doubt any more: it is cancelled by another way.
            break
    assert oficina.status(em_duvida) == estado


@pytest.mark.parametrize("resposta", [REENVIAR, CANCELADO_FORA])
def test_nothing_is_freed_without_a_look_at_the_portal(
    oficina: Oficina, em_duvida: int, resposta: RespostaDuvida
) -> None:
    with pytest.raises(TransitionError, match="Consulte antes o portal"):
        responder(oficina, em_duvida, resposta)
    assert oficina.status(em_duvida) == "EM_DUVIDA"


@pytest.mark.parametrize("resposta", list(RespostaDuvida))
def test_who_answers_has_a_name(oficina: Oficina, em_duvida: int, resposta: RespostaDuvida) -> None:
    with pytest.raises(TransitionError, match="Informe quem"):
        responder(oficina, em_duvida, resposta, por=" ", protocolo="1", consultei_o_portal=True)
    assert oficina.status(em_duvida) == "EM_DUVIDA"


def test_a_lote_that_is_known_to_have_arrived_is_not_sent_again(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.enderecar(CANCELA_GUIA=CANCELA)
    lote = oficina.lote()
    assert oficina.enviar(lote) is None
    simulador.falha("http_500", operacao=CANCELA)
    with pytest.raises(DoubtError):
        oficina.cancelar(lote)
    with pytest.raises(TransitionError, match="O lote chegou"):
        responder(oficina, lote, REENVIAR, consultei_o_portal=True)
    with pytest.raises(TransitionError, match="já respondeu com o protocolo"):
        responder(oficina, lote, PROTOCOLO, protocolo="99")
    (pergunta,) = duvida.perguntas(oficina.repo)
    assert REENVIAR not in pergunta.opcoes
    # Cancelled there: what it bills is billed anew.
    responder(oficina, lote, CANCELADO_FORA, consultei_o_portal=True)
    assert {(guia["status"], guia["viva"]) for guia in oficina.guias(lote)} == {
        ("CANCELADA", False)
    }


def test_a_question_has_ids_and_totals_and_nothing_of_a_patient(
    oficina: Oficina, em_duvida: int
) -> None:
    oficina.fazer("UPDATE tiss.lote SET detalhe = 'Zélia Teste, carteira 1000001'")
    (pergunta,) = duvida.perguntas(oficina.repo)
    assert (pergunta.lote_id, pergunta.numero_lote) == (em_duvida, 1)
    assert (pergunta.quantidade_guias, pergunta.valor_total) == (2, "300.00")
    assert pergunta.quarentena_ate is None
    assert pergunta.opcoes == (PROTOCOLO, REENVIAR, CANCELADO_FORA, CANCELAR)
    carteiras = oficina.tirada("numero_carteira", "guia")
    for segredo in ("Zélia", "Teste", *carteiras):
        assert segredo not in str(pergunta)


def test_in_quarantine_only_the_protocolo_may_be_told(oficina: Oficina, em_duvida: int) -> None:
    oficina.configurar(quarentena="2 hours")
    (pergunta,) = duvida.perguntas(oficina.repo)
    assert pergunta.opcoes == (PROTOCOLO,)
    assert pergunta.quarentena_ate is not None


def test_a_cancel_is_not_offered_where_there_is_no_such_service(
    oficina: Oficina, em_duvida: int
) -> None:
    oficina.enderecar(CANCELA_GUIA=None)
    (pergunta,) = duvida.perguntas(oficina.repo)
    assert CANCELAR not in pergunta.opcoes


def test_questions_are_of_the_given_lotes_that_are_in_doubt(
    oficina: Oficina, em_duvida: int
) -> None:
    outro = oficina.lote()
    assert [p.lote_id for p in duvida.perguntas(oficina.repo)] == [em_duvida]
    assert [p.lote_id for p in duvida.perguntas(oficina.repo, [em_duvida, outro])] == [em_duvida]
    assert duvida.perguntas(oficina.repo, [outro, 999]) == []
    assert duvida.perguntas(oficina.repo, []) == []


def test_a_person_is_asked_once_per_doubt(
    oficina: Oficina, simulador: Simulador, em_duvida: int
) -> None:
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == [em_duvida]
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == []
    responder(oficina, em_duvida, REENVIAR, consultei_o_portal=True)
    assert isinstance(oficina.enviar(em_duvida), DoubtError), "it is there already"
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == [em_duvida], "a doubt of its own"
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == []


PAGA_EM = timedelta(days=31)


class DaquiAUmMes(datetime):
    """The clock of the clinic when the operadora pays."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        """Return the moment of the payment, and a day."""
        return datetime.now(tz) + PAGA_EM


def test_a_lote_that_is_paid_did_arrive(
    oficina: Oficina,
    simular: Callable[..., Simulador],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulador = simular()
    (consulta,) = oficina.atender(1)
    lote = oficina.montar().lotes[0]
    simulador.falha("reset_depois")
    assert isinstance(oficina.enviar(lote), DoubtError)
    assert oficina.hora() == []
    perguntas = oficina.trocas(lote, "SOLIC_DEMONSTRATIVO_RETORNO")
    assert perguntas == [], "nothing is paid on the same day"
    oficina.fazer("UPDATE tiss.lote SET criado_em = now() - interval '25 hours'")
    assert oficina.hora() == []
    assert oficina.hora() == []
    assert len(oficina.trocas(lote, "SOLIC_DEMONSTRATIVO_RETORNO")) == 1, "once a day"
    assert oficina.status(lote) == "EM_DUVIDA"
    # A month later it is in the demonstrativo de pagamento.
    oficina.fazer("ALTER TABLE tiss.troca DISABLE TRIGGER troca_so_cresce")
    oficina.fazer("UPDATE tiss.troca SET inicio = inicio - interval '1 day'")
    simulador.avancar(PAGA_EM.total_seconds())
    for modulo in (esclarecimento, pergunta):
        monkeypatch.setattr(modulo, "datetime", DaquiAUmMes)
    assert oficina.hora() == []
    # What is paid is decided.
    assert oficina.status(lote) == "PROCESSADO"
    assert oficina.valor("SELECT observacoes FROM tiss.lote") == (
        "protocolo informado por demonstrativo de pagamento"
    )
    (la,) = simulador.protocolos()
    assert oficina.valor("SELECT protocolo FROM tiss.lote") == la["numero_protocolo"]
    assert oficina.guia(consulta)["status"] == "AUTORIZADA"
