"""Processes killed or paused at every step of a send: nothing leaves twice, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from oficina import Oficina, cliente_de, esperar
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tiss.repository import Repositorio
from tiss.services import duvida, envio
from tiss.simulador.processo import Simulador

Passo = Callable[[Oficina, Simulador, int], None]


def _chegou(simulador: Simulador) -> bool:
    return bool(simulador.livro())


def antes_de_tomar(oficina: Oficina, simulador: Simulador, lote: int) -> None:
    with oficina.conexao.transaction():
        oficina.fazer("SELECT FROM tiss.lote WHERE id = %s FOR UPDATE", lote)
        with oficina.operario("enviar", lote) as operario:
            oficina.esperar_por_trava()
            operario.matar()


def depois_de_tomar(oficina: Oficina, simulador: Simulador, lote: int) -> None:
    with oficina.operario("enviar", lote, parar=True) as operario:
        operario.parado()
        operario.matar()


def durante_a_troca(oficina: Oficina, simulador: Simulador, lote: int) -> None:
    simulador.falha("lenta_depois", segundos=3)
    with oficina.operario("enviar", lote) as operario:
        esperar(lambda: _chegou(simulador))
        operario.matar()


def com_a_resposta_guardada(oficina: Oficina, simulador: Simulador, lote: int) -> None:
    with oficina.operario("enviar", lote, parar=True) as operario:
        operario.parado()
        with oficina.conexao.transaction():
            # Who understands the reply locks the lote first.
            oficina.fazer("SELECT FROM tiss.lote WHERE id = %s FOR UPDATE", lote)
            operario.continuar()
            oficina.esperar_por_trava()
            operario.matar()
    assert oficina.trocas(lote)[0]["fim"] is not None
    assert oficina.trocas(lote)[0]["interpretada_em"] is None


def depois_de_tudo(oficina: Oficina, simulador: Simulador, lote: int) -> None:
    with oficina.operario("enviar", lote) as operario:
        esperar(lambda: oficina.status(lote) == "ENVIADO")
        operario.matar()


@pytest.mark.parametrize(
    ("passo", "deixa", "varrido", "aceito"),
    [
        (antes_de_tomar, "PENDENTE", "PENDENTE", False),
        (depois_de_tomar, "ENVIANDO", "EM_DUVIDA", False),
        (durante_a_troca, "ENVIANDO", "EM_DUVIDA", True),
        (com_a_resposta_guardada, "ENVIANDO", "ENVIADO", True),
        (depois_de_tudo, "ENVIADO", "ENVIADO", True),
    ],
)
def test_a_killed_process_leaves_what_the_sweep_can_settle(
    oficina: Oficina,
    simulador: Simulador,
    passo: Passo,
    deixa: str,
    varrido: str,
    aceito: bool,
) -> None:
    lote = oficina.lote()
    passo(oficina, simulador, lote)
    assert oficina.status(lote) == deixa
    assert oficina.varrer() == {}, "its time is not over"
    assert oficina.status(lote) == deixa
    oficina.passar_prazo(lote)
    oficina.varrer()
    assert oficina.status(lote) == varrido
    assert len(simulador.livro()) == 2 * aceito
    # Everything again, twice: only what never left goes out.
    oficina.noite()
    oficina.noite()
    assert oficina.status(lote) == ("ENVIADO" if varrido == "PENDENTE" else varrido)
    assert simulador.repetidos() == []
    assert all(chegada["envios"] == 1 for chegada in simulador.requisicoes())
    assert oficina.valor("SELECT count(*) FROM tiss.lote WHERE status = 'ENVIANDO'") == 0


@pytest.mark.parametrize("passo", [depois_de_tomar, durante_a_troca])
def test_after_the_person_answers_what_is_billed_is_billed_once(
    oficina: Oficina, simulador: Simulador, passo: Passo
) -> None:
    lote = oficina.lote()
    passo(oficina, simulador, lote)
    oficina.passar_prazo(lote)
    oficina.varrer()
    oficina.sem_quarentena()
    no_portal = {str(c["numero_lote"]): c["numero_protocolo"] for c in simulador.requisicoes()}
    if protocolo := no_portal.get("1"):
        duvida.informar_protocolo(oficina.repo, lote, protocolo, por="Ana")
    else:
        duvida.reenviar(oficina.repo, lote, por="Ana")
    assert oficina.noite() == []
    assert oficina.status(lote) == "ENVIADO"
    assert len(simulador.livro()) == 2
    assert simulador.repetidos() == []


def test_a_process_that_was_paused_past_its_time_wakes_up_and_does_not_send(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(segundos_conexao=1, segundos_resposta=1, segundos_total=2)
    lote = oficina.lote()
    with oficina.operario("enviar", lote, parar=True, margem=0) as operario:
        operario.parado()
        esperar(lambda: oficina.varrer() == {"EM_DUVIDA": 1})
        operario.continuar()
        assert operario.fim()["erro"] == "PendingError"
    assert simulador.requisicoes() == []
    (troca,) = oficina.trocas(lote)
    assert (troca["ultimo_bloco_saiu"], troca["falha"]) == (False, "PrazoVencidoError")
    assert oficina.status(lote) == "PENDENTE", "what never left may leave"
    assert oficina.enviar(lote) is None
    assert len(simulador.livro()) == 2


def test_a_process_that_was_paused_after_its_lote_was_sent_by_another_does_not_send(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(segundos_conexao=1, segundos_resposta=1, segundos_total=2)
    lote = oficina.lote()
    with oficina.operario("enviar", lote, parar=True, margem=0) as operario:
        operario.parado()
        esperar(lambda: oficina.varrer() == {"EM_DUVIDA": 1})
        oficina.sem_quarentena()
        duvida.reenviar(oficina.repo, lote, por="Ana")
        assert oficina.enviar(lote) is None
        operario.continuar()
        assert operario.fim()["erro"] is None
    assert [chegada["envios"] for chegada in simulador.requisicoes()] == [1]
    assert oficina.divergencias() == set()


def test_a_reply_that_comes_after_the_sweep_moves_the_lote_on(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    simulador.falha("lenta_depois", segundos=3)
    with oficina.operario("enviar", lote) as operario:
        esperar(lambda: _chegou(simulador))
        oficina.passar_prazo(lote)
        assert oficina.varrer() == {"EM_DUVIDA": 1}
        assert operario.fim()["erro"] is None
    assert oficina.status(lote) == "ENVIADO"


def test_a_sweep_that_comes_too_late_leaves_the_next_attempt_alone(oficina: Oficina) -> None:
    """Between the listing and the lock, the lote was settled and is being sent again."""
    lote = oficina.lote()
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now()")
    with ExitStack() as pilha:
        with oficina.conexao.transaction():
            oficina.fazer("UPDATE tiss.lote SET status = 'EM_DUVIDA'")
            varredor = pilha.enter_context(oficina.operario("varrer"))
            oficina.esperar_por_trava()
            oficina.fazer("UPDATE tiss.lote SET status = 'PENDENTE'")
            oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', prazo = now() + '1 h'")
        assert varredor.fim()["erro"] is None
    assert oficina.status(lote) == "ENVIANDO"


def test_two_sweeps_at_once_settle_each_lote_once(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()
    depois_de_tomar(oficina, simulador, lote)
    oficina.passar_prazo(lote)
    with oficina.operario("noite") as uma, oficina.operario("noite") as outra:
        assert {uma.fim()["erro"], outra.fim()["erro"]} == {None}
    passagens = oficina.linhas(
        "SELECT para FROM tiss.historico WHERE objeto = 'lote' AND objeto_id = %s ORDER BY id", lote
    )
    assert [p["para"] for p in passagens] == ["PENDENTE", "ENVIANDO", "EM_DUVIDA"]


def test_two_whole_nights_at_once_bill_everything_once(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.fazer("UPDATE tiss.contrato SET max_guias = 5")
    for filial in ("MATRIZ", "FILIAL"):
        for registro_ans in ("999001", "999002"):
            oficina.atender(15, clinica_id=filial, registro_ans=registro_ans)
    with oficina.operario("noite") as uma, oficina.operario("noite") as outra:
        assert {uma.fim()["erro"], outra.fim()["erro"]} == {None}
    oficina.noite()
    assert set(oficina.tirada("status")) == {"ENVIADO"}
    chegadas = simulador.requisicoes()
    assert [chegada["envios"] for chegada in chegadas] == [1] * 12
    assert len(simulador.livro()) == 60
    assert simulador.repetidos() == []


# The database goes away --------------------------------------------------------------------------


@contextmanager
def _banco_fora(oficina: Oficina) -> Iterator[None]:
    """The database of this clinic refuses and cuts every connection but the test's own."""
    partes = conninfo_to_dict(oficina.url)
    banco = str(partes["dbname"])
    permitir = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(**{**partes, "dbname": "postgres"}, autocommit=True) as fora:
        fora.execute(permitir.format(sql.Identifier(banco), sql.SQL("false")))
        fora.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> %s",
            [banco, oficina.conexao.info.backend_pid],
        )
        yield
        fora.execute(permitir.format(sql.Identifier(banco), sql.SQL("true")))


def test_a_reply_that_arrives_while_the_database_is_away_is_stored_when_it_is_back(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    with oficina.operario("enviar", lote, parar=True) as operario:
        operario.parado()
        with _banco_fora(oficina):
            operario.continuar()
            esperar(lambda: _chegou(simulador))
            oficina.valor("SELECT pg_sleep(0.5)")
        assert operario.fim()["erro"] is None
    assert oficina.status(lote) == "ENVIADO"
    assert [chegada["envios"] for chegada in simulador.requisicoes()] == [1]


def test_a_claim_whose_commit_failed_without_a_word_is_recognised_as_ours(
    oficina: Oficina, simulador: Simulador
) -> None:
    """The COMMIT of the claim happens and its confirmation is lost: the connection dies."""
    lote = oficina.lote()
    perdidas: list[int] = []

    class Conexao(psycopg.Connection[tuple[object, ...]]):
        def commit(self) -> None:
            super().commit()
            tomou = self.execute("SELECT 1 FROM tiss.lote WHERE status = 'ENVIANDO'").fetchone()
            if tomou and not perdidas:
                perdidas.append(1)
                raise psycopg.OperationalError("server closed the connection unexpectedly")

    repo = Repositorio(lambda: Conexao.connect(oficina.url))
    envio.enviar(lote, repo, cliente_de, quem="teste")
    assert perdidas == [1]
    assert oficina.status(lote) == "ENVIADO"
    assert len(oficina.trocas(lote)) == 1


def test_a_claim_that_never_happened_sends_nothing(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()

    class Conexao(psycopg.Connection[tuple[object, ...]]):
        def commit(self) -> None:
            if self.execute("SELECT 1 FROM tiss.lote WHERE status = 'ENVIANDO'").fetchone():
                self.rollback()
                raise psycopg.OperationalError("server closed the connection unexpectedly")
            super().commit()

    repo = Repositorio(lambda: Conexao.connect(oficina.url))
    with pytest.raises(psycopg.OperationalError):
        envio.enviar(lote, repo, cliente_de, quem="teste")
    assert oficina.status(lote) == "PENDENTE"
    assert simulador.requisicoes() == []
