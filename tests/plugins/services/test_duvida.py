"""A lote that may have arrived: never sent again by itself; a person answers once."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from oficina import Oficina

from tiss.errors import DoubtError, PendingError, TransitionError
from tiss.repository import Repositorio
from tiss.services import duvida, interpretacao
from tiss.simulador.processo import Simulador


@pytest.fixture
def em_duvida(oficina: Oficina, simulador: Simulador) -> int:
    """A lote that the operadora accepted and whose answer was lost."""
    oficina.configurar(quarentena="2 hours")
    lote = oficina.lote()
    simulador.falha("reset_depois")
    assert isinstance(oficina.enviar(lote), DoubtError)
    return lote


@pytest.fixture
def protocolo(simulador: Simulador, em_duvida: int) -> str:
    """What the portal of the operadora shows for it."""
    (chegada,) = simulador.requisicoes()
    return str(chegada["numero_protocolo"])


def test_a_doubt_is_never_sent_again_by_itself(
    oficina: Oficina, simulador: Simulador, em_duvida: int
) -> None:
    oficina.sem_quarentena()
    for _ in range(2):
        oficina.noite()
        oficina.hora()
        assert isinstance(oficina.enviar(em_duvida), DoubtError)
    assert [chegada["envios"] for chegada in simulador.requisicoes()] == [1]


def test_the_informed_protocolo_makes_the_lote_enviado_at_any_time(
    oficina: Oficina, simulador: Simulador, em_duvida: int, protocolo: str
) -> None:
    duvida.informar_protocolo(oficina.repo, em_duvida, f" {protocolo} ", por="Ana")
    assert oficina.status(em_duvida) == "ENVIADO"
    assert {guia["status"] for guia in oficina.guias(em_duvida)} == {"ENVIADA"}
    simulador.avancar(60)
    assert oficina.hora() == []
    assert oficina.status(em_duvida) == "PROCESSADO"


def test_it_was_sent_when_it_left_not_when_somebody_found_it_out(
    oficina: Oficina, em_duvida: int, protocolo: str
) -> None:
    oficina.valor("SELECT pg_sleep(0.2)")
    duvida.informar_protocolo(oficina.repo, em_duvida, protocolo, por="Ana")
    assert oficina.valor(
        "SELECT lote.data_envio = troca.inicio FROM tiss.lote JOIN tiss.troca ON lote_id = lote.id"
        " WHERE lote.id = %s AND operacao = 'ENVIO_LOTE_GUIAS'",
        em_duvida,
    )


@pytest.mark.parametrize("numero", ["", "   ", "1" * 13])
def test_a_protocolo_that_cannot_be_one_is_refused(
    oficina: Oficina, em_duvida: int, numero: str
) -> None:
    with pytest.raises(TransitionError, match="1 a 12 caracteres"):
        duvida.informar_protocolo(oficina.repo, em_duvida, numero, por="Ana")


def test_a_protocolo_that_another_lote_has_is_refused(
    oficina: Oficina, simulador: Simulador, em_duvida: int
) -> None:
    outro = oficina.lote()
    assert oficina.enviar(outro) is None
    dele = oficina.valor("SELECT protocolo FROM tiss.lote WHERE id = %s", outro)
    with pytest.raises(TransitionError, match="já é do lote de número 2"):
        duvida.informar_protocolo(oficina.repo, em_duvida, dele, por="Ana")
    assert oficina.status(em_duvida) == "EM_DUVIDA"


Resposta = Callable[..., None]
LIVRES: list[Resposta] = [duvida.reenviar, duvida.cancelado_fora]


@pytest.mark.parametrize("responder", LIVRES)
def test_what_frees_the_guias_waits_for_the_quarantine(
    oficina: Oficina, em_duvida: int, responder: Resposta
) -> None:
    with pytest.raises(TransitionError, match="Aguarde até"):
        responder(oficina.repo, em_duvida, por="Ana")
    assert oficina.status(em_duvida) == "EM_DUVIDA"
    # The quarantine counts from the last exchange.
    oficina.fazer("UPDATE tiss.contrato SET quarentena = '0.2 s'")
    oficina.valor("SELECT pg_sleep(0.3)")
    responder(oficina.repo, em_duvida, por="Ana")


@pytest.mark.parametrize("responder", LIVRES)
def test_who_answered_is_on_record_and_has_to_have_a_name(
    oficina: Oficina, em_duvida: int, responder: Resposta
) -> None:
    oficina.sem_quarentena()
    with pytest.raises(TransitionError, match="Informe quem"):
        responder(oficina.repo, em_duvida, por="  ")
    responder(oficina.repo, em_duvida, por="Ana Faturista")
    assert "Ana Faturista" in oficina.valor("SELECT observacoes FROM tiss.lote")


@pytest.mark.parametrize("primeira", LIVRES)
@pytest.mark.parametrize("segunda", LIVRES)
def test_one_answer_counts(
    oficina: Oficina, em_duvida: int, primeira: Resposta, segunda: Resposta
) -> None:
    oficina.sem_quarentena()
    primeira(oficina.repo, em_duvida, por="Ana")
    with pytest.raises(TransitionError, match="não há dúvida"):
        segunda(oficina.repo, em_duvida, por="Bia")
    with pytest.raises(TransitionError, match="não há dúvida"):
        duvida.informar_protocolo(oficina.repo, em_duvida, "1", por="Bia")


def test_nothing_is_answered_while_a_reply_waits_to_be_understood(
    oficina: Oficina, em_duvida: int
) -> None:
    oficina.sem_quarentena()
    _chegar_tarde(oficina, em_duvida, tentativa=9)
    with pytest.raises(TransitionError, match="ainda não interpretada"):
        duvida.reenviar(oficina.repo, em_duvida, por="Ana")


def test_a_resend_that_the_operadora_calls_a_repeat_proves_that_the_first_arrived(
    oficina: Oficina, simulador: Simulador, em_duvida: int
) -> None:
    oficina.sem_quarentena()
    duvida.reenviar(oficina.repo, em_duvida, por="Ana")
    erro = oficina.enviar(em_duvida)
    assert isinstance(erro, DoubtError)
    assert "já tem este lote" in str(erro)
    assert oficina.status(em_duvida) == "EM_DUVIDA"
    assert {guia["status"] for guia in oficina.guias(em_duvida)} == {"GERADA"}
    assert simulador.repetidos() == []


def test_a_repeat_of_the_guias_in_another_lote_proves_the_same(
    oficina: Oficina, simulador: Simulador, em_duvida: int
) -> None:
    oficina.sem_quarentena()
    duvida.cancelado_fora(oficina.repo, em_duvida, por="Ana")  # in error: it is there
    erros = oficina.noite()
    assert [type(erro) for erro in erros] == [DoubtError]
    assert oficina.tirada("status") == ["CANCELADO", "EM_DUVIDA"]
    assert simulador.repetidos() == []


def test_after_cancelling_elsewhere_the_guias_keep_their_numbers_in_another_lote(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    simulador.falha("http_500")
    oficina.enviar(lote)
    oficina.sem_quarentena()
    duvida.cancelado_fora(oficina.repo, lote, por="Ana")
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["CANCELADO", "ENVIADO"]
    assert oficina.tirada("numero_guia_prestador", "guia") == ["1", "2"]


# Replies that come late --------------------------------------------------------------------------


def _chegar_tarde(oficina: Oficina, lote: int, *, tentativa: int) -> None:
    """A process that everybody took for dead stores its answer, and dies before reading it."""
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, fim, http_status, ultimo_bloco_saiu, resposta)"
        " VALUES ('ENVIO_LOTE_GUIAS', %s, %s, %s, 'x', '', '', now(), 200, true, %s)",
        *(oficina.contrato().id, lote, tentativa, zlib.compress(oficina.resposta(lote))),
    )


def _em_duvida_sem_troca(oficina: Oficina) -> int:
    """A lote whose process is gone: in doubt, its exchange without an end."""
    lote = oficina.lote()
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', tentativa = 1, dono = 'x', prazo = now()"
    )
    assert oficina.varrer() == {"EM_DUVIDA": 1}
    return lote


def test_a_late_protocolo_settles_the_doubt(oficina: Oficina) -> None:
    lote = _em_duvida_sem_troca(oficina)
    _chegar_tarde(oficina, lote, tentativa=1)
    assert oficina.varrer() == {"ENVIADO": 1}
    assert oficina.valor("SELECT protocolo FROM tiss.lote") == "0000000777"
    assert oficina.varrer() == {}


def test_a_late_protocolo_after_a_resend_was_allowed_stops_the_resend(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = _em_duvida_sem_troca(oficina)
    oficina.sem_quarentena()
    duvida.reenviar(oficina.repo, lote, por="Ana")
    _chegar_tarde(oficina, lote, tentativa=1)
    assert oficina.noite() == []
    assert oficina.divergencias() == {"POSSIVEL_DUPLICIDADE"}
    assert oficina.status(lote) == "EM_DUVIDA"
    assert simulador.requisicoes() == []
    duvida.informar_protocolo(oficina.repo, lote, "0000000777", por="Ana")
    assert oficina.divergencias() == set()
    assert oficina.status(lote) == "ENVIADO"


def test_a_late_protocolo_of_a_superseded_attempt_raises_the_alarm_and_changes_nothing_else(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = _em_duvida_sem_troca(oficina)
    oficina.sem_quarentena()
    duvida.reenviar(oficina.repo, lote, por="Ana")
    assert oficina.enviar(lote) is None
    certo = oficina.valor("SELECT protocolo FROM tiss.lote")
    _chegar_tarde(oficina, lote, tentativa=1)
    oficina.varrer()
    assert oficina.divergencias() == {"POSSIVEL_DUPLICIDADE"}
    assert oficina.status(lote) == "ENVIADO"
    assert oficina.valor("SELECT protocolo FROM tiss.lote") == certo


def test_a_late_protocolo_of_a_cancelled_lote_holds_the_lote_that_took_its_guias(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = _em_duvida_sem_troca(oficina)
    oficina.sem_quarentena()
    duvida.cancelado_fora(oficina.repo, lote, por="Ana")
    _chegar_tarde(oficina, lote, tentativa=1)
    (erro,) = oficina.noite()
    assert isinstance(erro, PendingError)
    assert "possível duplicidade" in str(erro)
    assert oficina.tirada("status") == ["CANCELADO", "PENDENTE"]
    assert simulador.requisicoes() == []
    # The person finds one copy in the portal, the new one may go.
    with pytest.raises(TransitionError, match="Informe quem"):
        duvida.descartar_duplicidade(oficina.repo, lote, por=" ")
    duvida.descartar_duplicidade(oficina.repo, lote, por="Ana")
    assert oficina.divergencias() == set()
    with pytest.raises(TransitionError, match="Não há suspeita"):
        duvida.descartar_duplicidade(oficina.repo, lote, por="Ana")
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["CANCELADO", "ENVIADO"]


def test_an_unread_reply_of_an_old_attempt_does_not_block_the_lote_for_ever(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = _em_duvida_sem_troca(oficina)
    oficina.sem_quarentena()
    duvida.reenviar(oficina.repo, lote, por="Ana")
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, fim, ultimo_bloco_saiu) VALUES ('ENVIO_LOTE_GUIAS', %s, %s, 0, 'x', '',"
        " '', now(), false)",
        *(oficina.contrato().id, lote),
    )
    assert oficina.noite() == []
    assert oficina.status(lote) == "ENVIADO"


def test_what_an_old_attempt_says_settles_no_doubt_about_a_later_one(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = _em_duvida_sem_troca(oficina)
    oficina.sem_quarentena()
    duvida.reenviar(oficina.repo, lote, por="Ana")
    simulador.falha("reset_depois")
    assert isinstance(oficina.enviar(lote), DoubtError)
    # The first attempt never left; the second one did.
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, fim, ultimo_bloco_saiu) VALUES ('ENVIO_LOTE_GUIAS', %s, %s, 1, 'x', '',"
        " '', now(), false)",
        *(oficina.contrato().id, lote),
    )
    assert isinstance(oficina.noite(), list)
    assert oficina.status(lote) == "EM_DUVIDA"
    assert [chegada["envios"] for chegada in simulador.requisicoes()] == [1]


def test_there_is_nothing_to_understand_before_the_reply(
    oficina: Oficina, repo: Repositorio
) -> None:
    lote = oficina.lote()
    assert interpretacao.interpretar(repo, lote, 1) is None


def test_understanding_a_reply_again_changes_nothing(
    oficina: Oficina, simulador: Simulador, repo: Repositorio
) -> None:
    lote = oficina.lote()
    assert oficina.enviar(lote) is None
    antes = oficina.linhas("SELECT * FROM tiss.lote"), oficina.trocas(lote)
    for tentativa in (1, 2):
        interpretacao.interpretar(repo, lote, tentativa)
    assert (oficina.linhas("SELECT * FROM tiss.lote"), oficina.trocas(lote)) == antes
    assert oficina.divergencias() == set()


# Receipts that do not fit ------------------------------------------------------------------------


def _responder(oficina: Oficina, lote: int, corpo: bytes) -> None:
    """An attempt that came to an end with these bytes, for the sweep to read."""
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', tentativa = 1, dono = 'x', prazo = now()"
        " WHERE id = %s",
        lote,
    )
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, fim, http_status, ultimo_bloco_saiu, resposta)"
        " VALUES ('ENVIO_LOTE_GUIAS', %s, %s, 1, 'x', '', '', now(), 200, true, %s)",
        *(oficina.contrato().id, lote, zlib.compress(corpo)),
    )
    oficina.varrer()


def test_a_protocolo_for_another_lote_number_proves_nothing(oficina: Oficina) -> None:
    lote = oficina.lote()
    corpo = oficina.resposta(lote).replace(b"numeroLote>1<", b"numeroLote>55<")
    _responder(oficina, lote, corpo)
    assert oficina.status(lote) == "EM_DUVIDA"
    assert oficina.divergencias() == {"PROTOCOLO_DE_OUTRO_LOTE"}
    assert oficina.valor("SELECT protocolo FROM tiss.lote") is None


def test_a_protocolo_for_another_prestador_proves_nothing(oficina: Oficina) -> None:
    lote = oficina.lote()
    corpo = oficina.resposta(lote).replace(
        b"<ans:numeroLote>",
        b"<ans:dadosPrestador><ans:codigoPrestadorNaOperadora>OUTRO"
        b"</ans:codigoPrestadorNaOperadora></ans:dadosPrestador><ans:numeroLote>",
    )
    _responder(oficina, lote, corpo)
    assert oficina.status(lote) == "EM_DUVIDA"
    assert oficina.divergencias() == {"PROTOCOLO_DE_OUTRO_PRESTADOR"}


def test_a_protocolo_seen_before_is_a_divergence_and_overwrites_neither(oficina: Oficina) -> None:
    um, outro = oficina.lote(), oficina.lote()
    _responder(oficina, um, oficina.resposta(um))
    _responder(oficina, outro, oficina.resposta(outro))
    assert oficina.tirada("protocolo") == ["0000000777"] * 2
    assert oficina.divergencias() == {"PROTOCOLO_REPETIDO"}


def test_a_guia_that_the_receipt_does_not_list_is_a_divergence_and_is_not_sent_by_itself(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    corpo = oficina.resposta(lote)
    inicio = corpo.rindex(b"<ans:dadosGuias>")
    fim = corpo.rindex(b"</ans:dadosGuias>") + len(b"</ans:dadosGuias>")
    _responder(oficina, lote, corpo[:inicio] + corpo[fim:])
    assert oficina.status(lote) == "ENVIADO"
    (aberta,) = oficina.linhas("SELECT * FROM tiss.divergencia")
    assert aberta["motivo"] == "NAO_RECEBIDA"
    assert aberta["guia_id"] == oficina.guias(lote)[1]["id"]
    oficina.noite()
    assert simulador.requisicoes() == []
