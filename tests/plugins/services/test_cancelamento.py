"""Cancelling at the operadora: what may be billed again, when, under which numbers, and once."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from oficina import Oficina, cliente_de, esperar

from tiss.errors import ConfigError, DoubtError, PendingError, TransitionError
from tiss.services import cancelamento, distribuicao, duvida, interpretacao, reapresentacao
from tiss.simulador.processo import Simulador

CANCELA = "tissCancelaGuia"
STATUS = "tissSolicitacaoStatusProtocolo"
Simular = Callable[..., Simulador]


def oferecer(oficina: Oficina, **colunas: object) -> None:
    """Let every contrato offer the service, and change the one of MATRIZ with 999001."""
    oficina.enderecar(CANCELA_GUIA=CANCELA)
    if colunas:
        oficina.configurar(**colunas)


def enviado(oficina: Oficina, quantas: int = 2, **colunas: object) -> int:
    """A lote with a protocolo."""
    oferecer(oficina, **colunas)
    lote = oficina.lote(quantas)
    assert oficina.enviar(lote) is None
    return lote


def em_duvida(
    oficina: Oficina, simulador: Simulador, falha: str = "reset_depois", **colunas: object
) -> int:
    """A lote whose answer was lost."""
    oferecer(oficina, **colunas)
    lote = oficina.lote()
    simulador.falha(falha)
    assert isinstance(oficina.enviar(lote), DoubtError)
    return lote


def numeros(oficina: Oficina) -> list[tuple[str, str, bool]]:
    """Every guia there ever was: number, state, whether it stands for its attendance."""
    return [
        (linha["numero_guia_prestador"], linha["status"], linha["viva"])
        for linha in oficina.linhas("SELECT * FROM tiss.guia ORDER BY id")
    ]


def aceites(simulador: Simulador) -> Counter[tuple[int, int]]:
    """How many attendances were accepted how often: ever, and not cancelled since."""
    return Counter((linha["aceites"], linha["vivos"]) for linha in simulador.livro())


def protocolo(oficina: Oficina, lote: int) -> str | None:
    valor: str | None = oficina.valor("SELECT protocolo FROM tiss.lote WHERE id = %s", lote)
    return valor


# A lote that was received -------------------------------------------------------------------------


def test_a_cancelled_lote_is_billed_again_by_new_linked_guias_and_alive_once(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    assert oficina.cancelar(lote) == "CANCELADO"
    assert numeros(oficina) == [("1", "CANCELADA", False), ("2", "CANCELADA", False)]
    assert aceites(simulador) == {(1, 0): 2}
    assert oficina.noite() == []
    assert numeros(oficina)[2:] == [("3", "ENVIADA", True), ("4", "ENVIADA", True)]
    assert oficina.tirada("substitui", "guia") == [None, None, 1, 2]
    assert aceites(simulador) == {(2, 1): 2}
    assert simulador.repetidos() == []
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["CANCELADO", "ENVIADO"]


def test_who_cancelled_and_why_is_on_record(oficina: Oficina, simulador: Simulador) -> None:
    lote = enviado(oficina, 1)
    oficina.cancelar(lote)
    assert (oficina.tirada("encerrada_por", "guia"), oficina.tirada("encerrada_motivo", "guia")) \
        == (["Ana"], ["cancelada na operadora"])  # fmt: skip
    (troca,) = oficina.trocas(lote, "CANCELA_GUIA")
    assert (troca["quem"], troca["desfecho"]) == (
        "teste/3; por Ana",
        "CANCELADO: cancelado na operadora",
    )
    with pytest.raises(TransitionError, match="Informe quem"):
        cancelamento.cancelar(lote, oficina.repo, _ninguem, quem="x", por=" ")


def _ninguem(*_: object) -> Any:  # noqa: ANN401
    raise AssertionError("ninguém devia ser chamado")


def test_where_numbers_may_be_used_again_the_same_guias_go_again(
    oficina: Oficina, simular: Simular
) -> None:
    simulador = simular(numero_cancelado="LIVRE")
    lote = enviado(oficina, reusa_numero=True)
    assert oficina.cancelar(lote) == "CANCELADO"
    assert numeros(oficina) == [("1", "GERADA", True), ("2", "GERADA", True)]
    assert oficina.noite() == []
    assert numeros(oficina) == [("1", "ENVIADA", True), ("2", "ENVIADA", True)]
    assert oficina.tirada("numero_lote") == [1, 2]
    assert oficina.tirada("substituido_por") == [2, None]
    assert aceites(simulador) == {(2, 1): 2}


def test_a_guia_that_already_has_a_verdict_never_keeps_its_number(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina, 1, reusa_numero=True)
    oficina.fazer("UPDATE tiss.guia SET status = 'AUTORIZADA'")
    assert oficina.cancelar(lote) == "CANCELADO"
    assert numeros(oficina) == [("1", "CANCELADA", False)]


def test_a_number_that_an_authorisation_supplied_is_used_once(
    oficina: Oficina, simulador: Simulador
) -> None:
    oferecer(oficina)
    oficina.alimentar(consulta_id="A", numero_guia_prestador="AUT-1")
    (lote,) = oficina.montar().lotes
    assert oficina.enviar(lote) is None
    oficina.cancelar(lote)
    assert oficina.noite() == []
    assert numeros(oficina) == [("AUT-1", "CANCELADA", False), ("1", "ENVIADA", True)]
    assert simulador.repetidos() == []


def test_one_guia_is_cancelled_and_billed_again_and_the_others_stay(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina, 3)
    assert oficina.cancelar(lote, "2") == "ENVIADO"
    assert [guia["enviada_viva"] for guia in oficina.guias(lote)] == [True, False, True]
    assert oficina.divergencias() == set()
    assert oficina.noite() == []
    assert numeros(oficina) == [
        ("1", "ENVIADA", True),
        ("2", "CANCELADA", False),
        ("3", "ENVIADA", True),
        ("4", "ENVIADA", True),
    ]
    assert aceites(simulador) == {(1, 1): 2, (2, 1): 1}
    simulador.avancar(60)
    assert oficina.hora() == []
    assert oficina.tirada("status") == ["PROCESSADO", "PROCESSADO"]
    assert oficina.divergencias() == set()


def test_when_the_last_guia_is_cancelled_the_lote_is(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    assert [oficina.cancelar(lote, numero) for numero in ("1", "2")] == ["ENVIADO", "CANCELADO"]


def test_what_is_left_of_a_lote_that_was_cancelled_in_part_is_cancelled_whole(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina, cancela_por="GUIA")
    oficina.cancelar(lote, "1")
    assert oficina.cancelar(lote) == "CANCELADO"
    assert aceites(simulador) == {(1, 0): 2}


def test_when_what_is_left_has_its_verdict_the_lote_is_processed(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    oficina.fazer("UPDATE tiss.guia_tiss_envio SET resultado = 'AUTORIZADA' WHERE ordem = 1")
    assert oficina.cancelar(lote, "2") == "PROCESSADO"


def test_a_guia_that_is_not_in_the_lote_is_refused_before_anybody_is_asked(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    with pytest.raises(TransitionError, match="não tem as guias: 7"):
        oficina.cancelar(lote, "1", "7")
    oficina.cancelar(lote, "1")
    with pytest.raises(TransitionError, match="não tem as guias: 1"):
        oficina.cancelar(lote, "1")


def test_when_sent_is_not_changed_by_a_cancel_that_was_refused(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    antes = oficina.tirada("data_envio")
    simulador.falha("mensagem_erro", codigo="5001", operacao=CANCELA)
    assert oficina.cancelar(lote) == "ENVIADO"
    assert oficina.tirada("data_envio") == antes


def test_only_while_it_is_received_where_the_operadora_wants_that(
    oficina: Oficina, simular: Simular
) -> None:
    simulador = simular(cancelamento="ENQUANTO_RECEBIDO", segundos_recebido=60)
    cedo = enviado(oficina)
    tarde = enviado(oficina)
    assert oficina.cancelar(cedo) == "CANCELADO"
    simulador.avancar(61)
    assert oficina.cancelar(tarde) == "ENVIADO"
    assert oficina.divergencias() == {"CANCELAMENTO_RECUSADO"}
    assert aceites(simulador) == {(1, 0): 2, (1, 1): 2}
    # What was refused is not billed again.
    oficina.noite()
    assert {guia["status"] for guia in oficina.guias(tarde)} == {"ENVIADA"}


def test_a_refusal_that_was_followed_by_a_cancel_is_no_divergence_any_more(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    simulador.falha("mensagem_erro", codigo="5001", operacao=CANCELA)
    oficina.cancelar(lote)
    assert oficina.divergencias() == {"CANCELAMENTO_RECUSADO"}
    assert oficina.cancelar(lote) == "CANCELADO"
    assert oficina.divergencias() == set()


def test_where_it_is_not_offered_nobody_is_asked(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()
    assert oficina.enviar(lote) is None
    with pytest.raises(TransitionError, match="não oferece cancelamento"):
        oficina.cancelar(lote)
    assert oficina.status(lote) == "ENVIADO"


@pytest.mark.parametrize("estado", ["PENDENTE", "ENVIANDO", "ERRO", "CANCELADO", "PROCESSADO"])
def test_only_what_may_be_there_is_cancelled(
    oficina: Oficina, simulador: Simulador, estado: str
) -> None:
    oferecer(oficina)
    lote = oficina.lote()
    # As a trigger guards the ways between states, by hand.
    with oficina.conexao.transaction():
        oficina.fazer("SET LOCAL session_replication_role = replica")
        oficina.fazer(
            "UPDATE tiss.lote SET status = %s, dono = 'x', prazo = now() + '1 h', protocolo = '1'",
            estado,
        )
    with pytest.raises(TransitionError, match=f"está {estado}: só se cancela"):
        oficina.cancelar(lote)
    assert oficina.trocas(lote, "CANCELA_GUIA") == []


def test_a_lote_that_does_not_exist_is_refused(oficina: Oficina) -> None:
    with pytest.raises(ConfigError, match="Não existe o lote 9"):
        oficina.cancelar(9)


# A lote in doubt ----------------------------------------------------------------------------------


def test_a_doubt_that_is_cancelled_is_billed_again_once(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = em_duvida(oficina, simulador)
    assert oficina.cancelar(lote) == "CANCELADO"
    assert oficina.noite() == []
    assert aceites(simulador) == {(2, 1): 2}
    assert numeros(oficina)[2:] == [("3", "ENVIADA", True), ("4", "ENVIADA", True)]


def test_a_doubt_that_the_operadora_does_not_know_goes_again_under_the_same_numbers(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = em_duvida(oficina, simulador, "http_500", deduplica=True)
    assert oficina.cancelar(lote) == "PENDENTE"
    assert oficina.noite() == []
    assert oficina.status(lote) == "ENVIADO"
    assert numeros(oficina) == [("1", "ENVIADA", True), ("2", "ENVIADA", True)]
    assert aceites(simulador) == {(1, 1): 2}


def test_it_waits_for_a_person_where_a_second_copy_would_be_taken(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = em_duvida(oficina, simulador, "http_500", deduplica=False)
    assert oficina.cancelar(lote) == "EM_DUVIDA"
    assert oficina.noite() == []
    assert aceites(simulador) == {}
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == [lote]
    duvida.reenviar(oficina.repo, lote, por="Ana")
    assert oficina.divergencias() == set()


def test_guias_of_a_doubt_are_not_cancelled_one_by_one(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = em_duvida(oficina, simulador)
    with pytest.raises(TransitionError, match="dele inteiro"):
        oficina.cancelar(lote, "1")
    assert oficina.trocas(lote, "CANCELA_GUIA") == []
    assert oficina.cancelar(lote, "2", "1") == "CANCELADO"


def test_a_doubt_is_left_alone_during_its_quarantine(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = em_duvida(oficina, simulador, quarentena="2 hours", politica_duvida="CANCELAMENTO")
    with pytest.raises(TransitionError, match="Aguarde até"):
        oficina.cancelar(lote)
    assert oficina.hora() == []
    assert oficina.status(lote) == "EM_DUVIDA"
    assert oficina.trocas(lote, "CANCELA_GUIA") == []


def test_the_policy_cancels_by_itself_and_the_next_night_bills_again(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = em_duvida(oficina, simulador, politica_duvida="CANCELAMENTO")
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == []
    assert oficina.hora() == []
    assert oficina.status(lote) == "CANCELADO"
    assert set(oficina.tirada("encerrada_por", "guia")) == {"a política do contrato"}
    assert oficina.noite() == []
    assert aceites(simulador) == {(2, 1): 2}


@pytest.mark.parametrize(
    ("falha", "deduplica"), [("http_500", False), ("reset_depois", True)], ids=["5", "refused"]
)
def test_the_policy_asks_once_and_then_a_person(
    oficina: Oficina, simulador: Simulador, falha: str, deduplica: bool
) -> None:
    lote = em_duvida(oficina, simulador, falha, politica_duvida="CANCELAMENTO", deduplica=deduplica)
    if deduplica:
        simulador.falha("mensagem_erro", codigo="5001", operacao=CANCELA)
    assert oficina.hora() == []
    assert oficina.hora() == []
    assert len(oficina.trocas(lote, "CANCELA_GUIA")) == 1
    assert oficina.status(lote) == "EM_DUVIDA"
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == [lote]


def test_where_the_policy_cannot_be_followed_a_person_is_asked(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = em_duvida(oficina, simulador, politica_duvida="CANCELAMENTO")
    oficina.enderecar(CANCELA_GUIA=None)
    assert oficina.hora() == []
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == [lote]


def test_while_the_operadora_still_works_on_it_the_policy_asks_again(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = em_duvida(oficina, simulador, politica_duvida="CANCELAMENTO")
    simulador.falha("http_429", operacao=CANCELA)
    assert [type(erro) for erro in oficina.hora()] == [PendingError]
    assert oficina.status(lote) == "EM_DUVIDA"
    assert oficina.hora() == []
    assert oficina.status(lote) == "CANCELADO"


# Nobody answered ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("falha", "acaba"), [("reset_depois", "CANCELADO"), ("http_500", "ENVIADO")]
)
def test_an_unanswered_cancel_is_settled_by_what_the_operadora_says_of_the_protocolo(
    oficina: Oficina, simulador: Simulador, falha: str, acaba: str
) -> None:
    lote = enviado(oficina)
    certo = protocolo(oficina, lote)
    simulador.falha(falha, operacao=CANCELA)
    with pytest.raises(DoubtError):
        oficina.cancelar(lote)
    assert (oficina.status(lote), protocolo(oficina, lote)) == ("EM_DUVIDA", certo)
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == []
    assert oficina.noite() == []
    assert set(aceites(simulador)) == ({(1, 0)} if acaba == "CANCELADO" else {(1, 1)})
    assert oficina.hora() == []
    assert oficina.status(lote) == acaba
    assert oficina.noite() == []
    assert simulador.repetidos() == []
    assert {vivos for _, vivos in aceites(simulador)} == {1}


def test_a_protocolo_that_is_found_later_settles_it_after_all(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    simulador.falha("reset_depois", operacao=CANCELA)
    with pytest.raises(DoubtError):
        oficina.cancelar(lote)
    simulador.falha("mensagem_erro", codigo="5001", operacao=STATUS)
    oficina.hora()
    assert oficina.divergencias() == {"PROTOCOLO_NAO_LOCALIZADO"}
    assert oficina.hora() == []
    assert (oficina.status(lote), oficina.divergencias()) == ("CANCELADO", set())


def test_a_protocolo_that_nobody_knows_any_more_is_for_a_person(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    simulador.falha("http_500", operacao=CANCELA)
    with pytest.raises(DoubtError):
        oficina.cancelar(lote)
    simulador.falha("mensagem_erro", codigo="5001", operacao=STATUS)
    assert oficina.hora() == []
    assert oficina.status(lote) == "EM_DUVIDA"
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == [lote]
    duvida.cancelado_fora(oficina.repo, lote, por="Ana")
    assert oficina.divergencias() == set()


@pytest.mark.parametrize("politica", ["PESSOA", "CANCELAMENTO"])
def test_where_the_protocolo_cannot_be_asked_about_the_rule_of_the_contrato_decides(
    oficina: Oficina, simulador: Simulador, politica: str
) -> None:
    lote = enviado(oficina, politica_duvida=politica)
    oficina.enderecar(SOLIC_STATUS_PROTOCOLO=None)
    simulador.falha("reset_depois", operacao=CANCELA)
    with pytest.raises(DoubtError):
        oficina.cancelar(lote)
    oficina.hora()
    sozinho = politica == "CANCELAMENTO"
    assert oficina.status(lote) == ("CANCELADO" if sozinho else "EM_DUVIDA")
    assert duvida.a_perguntar(oficina.repo, quem=str(uuid4())) == ([] if sozinho else [lote])


def test_a_cancel_that_did_not_leave_changes_nothing(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    simulador.falha("http_429", operacao=CANCELA)
    with pytest.raises(PendingError, match="não chegou"):
        oficina.cancelar(lote)
    assert oficina.status(lote) == "ENVIADO"
    assert oficina.cancelar(lote) == "CANCELADO"
    assert [troca["tentativa"] for troca in oficina.trocas(lote, "CANCELA_GUIA")] == [1, 2]


# Processes that die -------------------------------------------------------------------------------


def antes_da_troca(oficina: Oficina, simulador: Simulador, lote: int) -> None:
    with oficina.operario("cancelar", lote, parar=True) as operario:
        operario.parado()
        operario.matar()


def durante_a_troca(oficina: Oficina, simulador: Simulador, lote: int) -> None:
    simulador.falha("lenta_depois", segundos=10, operacao=CANCELA)
    with oficina.operario("cancelar", lote) as operario:
        esperar(lambda: set(aceites(simulador)) == {(1, 0)})
        operario.matar()


def com_a_resposta_guardada(oficina: Oficina, simulador: Simulador, lote: int) -> None:
    with oficina.operario("cancelar", lote, parar=True) as operario:
        operario.parado()
        with oficina.conexao.transaction():
            # Who understands the answer locks the lote first.
            oficina.fazer("SELECT FROM tiss.lote FOR UPDATE")
            operario.continuar()
            oficina.esperar_por_trava()
            operario.matar()
    (troca,) = oficina.trocas(lote, "CANCELA_GUIA")
    assert troca["fim"] is not None
    assert troca["interpretada_em"] is None


Passo = Callable[[Oficina, Simulador, int], None]


@pytest.mark.parametrize(
    ("passo", "varrido", "acaba"),
    [
        (antes_da_troca, "EM_DUVIDA", "ENVIADO"),
        (durante_a_troca, "EM_DUVIDA", "CANCELADO"),
        (com_a_resposta_guardada, "CANCELADO", "CANCELADO"),
    ],
)
def test_a_process_killed_while_it_cancels_leaves_what_can_be_settled(
    oficina: Oficina, simulador: Simulador, passo: Passo, varrido: str, acaba: str
) -> None:
    lote = enviado(oficina)
    certo = protocolo(oficina, lote)
    passo(oficina, simulador, lote)
    assert oficina.status(lote) == "CANCELANDO"
    assert oficina.varrer() == {}, "its time is not over"
    oficina.passar_prazo(lote)
    assert oficina.varrer() == {varrido: 1}
    assert protocolo(oficina, lote) == certo
    assert oficina.hora() == []
    assert oficina.status(lote) == acaba
    assert oficina.noite() == []
    assert {vivos for _, vivos in aceites(simulador)} == {1}
    assert simulador.repetidos() == []


def test_an_answer_that_comes_after_the_sweep_changes_nothing_by_itself(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = enviado(oficina)
    with oficina.operario("cancelar", lote, parar=True) as operario:
        operario.parado()
        oficina.passar_prazo(lote)
        assert oficina.varrer() == {"EM_DUVIDA": 1}
        operario.continuar()
        assert operario.fim()["erro"] is None
    assert oficina.status(lote) == "EM_DUVIDA"
    assert oficina.hora() == []
    assert oficina.status(lote) == "CANCELADO"


# While it lasts -----------------------------------------------------------------------------------


def cancelando(oficina: Oficina, lote: int) -> None:
    """Leave a lote as a process that is cancelling it has it."""
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'CANCELANDO', dono = 'x', prazo = now() + '1 h'"
        " WHERE id = %s",
        lote,
    )


def test_while_a_lote_is_cancelled_nobody_sends_answers_or_asks_about_it(
    oficina: Oficina, simulador: Simulador
) -> None:
    oferecer(oficina, politica_duvida="CANCELAMENTO")
    (consulta,) = oficina.atender()
    (lote,) = oficina.montar().lotes
    simulador.falha("http_500")
    oficina.enviar(lote)
    cancelando(oficina, lote)
    chegadas = simulador.requisicoes()
    assert isinstance(oficina.enviar(lote), PendingError)
    assert oficina.noite() == []
    assert oficina.hora() == []
    ids = [contrato.id for contrato in oficina.contratos()]
    assert distribuicao.distribuir_consultas(oficina.repo, ids, []) == []
    for responder in (duvida.reenviar, duvida.cancelado_fora):
        with pytest.raises(TransitionError, match="não há dúvida"):
            responder(oficina.repo, lote, por="Ana")
    with pytest.raises(TransitionError, match="não há dúvida"):
        duvida.informar_protocolo(oficina.repo, lote, "1", por="Ana")
    with pytest.raises(TransitionError, match="só se cancela"):
        oficina.cancelar(lote)
    with pytest.raises(TransitionError, match="pode já ter saído"):
        reapresentacao.retirar(oficina.repo, consulta, por="Ana", motivo="x")
    assert (oficina.status(lote), simulador.requisicoes()) == ("CANCELANDO", chegadas)
    assert oficina.trocas(lote, "CANCELA_GUIA") == []


def test_of_two_who_cancel_at_once_one_asks(oficina: Oficina, simulador: Simulador) -> None:
    lote = enviado(oficina)
    with oficina.operario("cancelar", lote, parar=True) as operario:
        operario.parado()
        with pytest.raises(TransitionError, match="está CANCELANDO"):
            oficina.cancelar(lote)
        operario.continuar()
        assert operario.fim()["erro"] is None
    assert len(oficina.trocas(lote, "CANCELA_GUIA")) == 1


@pytest.mark.parametrize(
    ("falha", "codigo", "o_que"),
    [
        ("http_403", None, "credencial"),
        ("fault_tiss", "LoginInvalido", "credencial"),
        ("fault_tiss", "DestinatarioInvalido", "operação"),
        ("http_404", None, "operação"),
    ],
)
def test_what_a_refused_cancel_suspends_stops_what_uses_it(
    oficina: Oficina, simulador: Simulador, falha: str, codigo: str | None, o_que: str
) -> None:
    lote = enviado(oficina)
    outro = oficina.lote()
    simulador.falha(falha, operacao=CANCELA, **({} if codigo is None else {"codigo": codigo}))
    assert oficina.cancelar(lote) == "ENVIADO"
    with pytest.raises(PendingError, match="suspenso"):
        oficina.cancelar(lote)
    assert len(oficina.trocas(lote, "CANCELA_GUIA")) == 1
    erro = oficina.enviar(outro)
    assert ("suspensa" in str(erro)) if o_que == "credencial" else (erro is None)


# A copy that turns up late ------------------------------------------------------------------------


def duvida_sem_troca(oficina: Oficina) -> int:
    """A lote whose process is gone: in doubt, its exchange without an end."""
    oferecer(oficina)
    lote = oficina.lote()
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', tentativa = 1, dono = 'x', prazo = now()"
    )
    assert oficina.varrer() == {"EM_DUVIDA": 1}
    return lote


def chegar(oficina: Oficina, lote: int, *, tentativa: int = 1, resposta: bool = True) -> None:
    """An exchange of the lote that left, with the protocolo it got or without an answer."""
    corpo = zlib.compress(oficina.resposta(lote)) if resposta else None
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, fim, http_status, ultimo_bloco_saiu, resposta)"
        " VALUES ('ENVIO_LOTE_GUIAS', %s, %s, %s, 'x', '', '', now(), 200, true, %s)",
        *(oficina.contrato().id, lote, tentativa, corpo),
    )


def test_a_late_protocolo_goes_to_the_lote_that_is_being_cancelled(oficina: Oficina) -> None:
    lote = duvida_sem_troca(oficina)
    cancelando(oficina, lote)
    chegar(oficina, lote)
    interpretacao.interpretar(oficina.repo, lote, 1)
    assert (oficina.status(lote), protocolo(oficina, lote)) == ("CANCELANDO", "0000000777")
    assert oficina.divergencias() == set()
    oficina.passar_prazo(lote)
    assert oficina.varrer() == {"EM_DUVIDA": 1}
    with pytest.raises(TransitionError, match="O lote chegou"):
        duvida.reenviar(oficina.repo, lote, por="Ana")


def test_a_late_protocolo_of_what_was_cancelled_is_no_alarm(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = duvida_sem_troca(oficina)
    simulador.falha("mensagem_erro", operacao=CANCELA)  # not asked for: the lote never arrived
    oficina.cancelar(lote)
    with oficina.conexao.transaction():
        oficina.fazer("UPDATE tiss.lote SET status = 'CANCELANDO', dono = 'x', prazo = now()")
        oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO'")
    oficina.fazer("UPDATE tiss.divergencia SET fechada_em = now(), fechada_por = 'x'")
    chegar(oficina, lote)
    oficina.varrer()
    assert (oficina.status(lote), protocolo(oficina, lote)) == ("CANCELADO", "0000000777")
    assert oficina.divergencias() == set()


@pytest.mark.parametrize("estado", ["CANCELANDO", "CANCELADO"])
def test_a_late_protocolo_of_one_of_two_copies_raises_the_alarm(
    oficina: Oficina, estado: str
) -> None:
    lote = duvida_sem_troca(oficina)
    cancelando(oficina, lote)
    if estado == "CANCELADO":
        oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO'")
    chegar(oficina, lote, tentativa=2, resposta=False)
    chegar(oficina, lote)
    interpretacao.interpretar(oficina.repo, lote, 1)
    assert oficina.divergencias() == {"POSSIVEL_DUPLICIDADE"}
    assert oficina.status(lote) == estado


def test_a_contrato_that_a_person_stopped_cancels_nothing(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.enderecar(CANCELA_GUIA="tissCancelaGuia")
    lote = oficina.lote()
    assert oficina.enviar(lote) is None
    oficina.configurar(suspenso_em=datetime.now(UTC), suspenso_por="Ana", suspenso_motivo="férias")
    with pytest.raises(PendingError, match="suspenso por Ana: férias"):
        cancelamento.cancelar(lote, oficina.repo, cliente_de, quem="teste", por="Ana")
    assert oficina.status(lote) == "ENVIADO"
    assert oficina.trocas(lote, "CANCELA_GUIA") == []
