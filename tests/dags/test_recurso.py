"""A recurso is put to a person in Airflow: approved once, sent at once, asked about no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    DagRunTriggerException,
    TaskAwaitingInput,
)
from airflow.sdk.execution_time.context import set_current_context
from clinica_aberta import Clinica

from tiss import hooks, tarefas
from tiss.operadores import AprovacaoOperator
from tiss.services import recurso
from tiss.services.recurso import BOTOES, Decisao


@pytest.fixture
def clinica(clinica_nova: Clinica) -> Clinica:
    """A night that was answered: something was refused of it."""
    clinica_nova.executar("UPDATE tiss.operadora SET ativa = registro_ans = '999001'")
    clinica_nova.gerar(60)
    clinica_nova.rodar("tiss_faturamento", tipos=["CONSULTA"])
    clinica_nova.simulador.avancar(60)
    clinica_nova.rodar("tiss_retorno")
    assert clinica_nova.linhas("SELECT FROM tiss.conciliacao_recurso WHERE situacao = 'A_RECORRER'")
    return clinica_nova


@contextmanager
def tarefa(indice: int = 0, **parametros: object) -> Iterator[Any]:
    """The context in which Airflow runs a task."""
    ti = SimpleNamespace(
        dag_id="tiss_recurso",
        run_id="r1",
        task_id="aprovar",
        map_index=indice,
        try_number=1,
        id="x",
    )
    pedido = {"operadoras": [], "protocolos": [], "codigos": [], **parametros}
    contexto: Any = {"ti": ti, "task_instance": ti, "params": pedido}
    with set_current_context(contexto):
        yield contexto


def perguntas(**parametros: object) -> list[dict[str, Any]]:
    with tarefa(**parametros), hooks.airflow_failures():
        return tarefas.preparar_recurso()


def responder(argumentos: dict[str, Any], decisao: Decisao, *, indice: int = 0) -> str:
    """Press a button of the question, as the screen hands it on."""
    evento = {
        "chosen_options": [BOTOES[decisao]],
        "params_input": {},
        "responded_at": datetime.now(UTC),
        "responded_by_user": {"id": "7", "name": "ana.faturista"},
    }
    with tarefa(indice) as contexto:
        operador = AprovacaoOperator(task_id="aprovar", **argumentos)
        feito: str = operador.execute_complete(contexto, evento)
    # Without it Airflow fails what was done, and does it again.
    assert contexto["nome"] == f"recurso {argumentos['recurso_id']}"
    return feito


def situacoes(clinica: Clinica) -> set[str]:
    return {s for (s,) in clinica.linhas("SELECT situacao FROM tiss.conciliacao_recurso")}


def test_there_is_one_question_for_each_lote_and_nothing_personal_in_it(clinica: Clinica) -> None:
    feitas = perguntas()
    ((lotes,),) = clinica.linhas("SELECT count(DISTINCT lote_id) FROM tiss.conciliacao_recurso")
    assert len(feitas) == lotes > 0
    assert situacoes(clinica) == {"RASCUNHO"}
    for pergunta in feitas:
        operador = AprovacaoOperator(task_id="aprovar", **pergunta)
        assert operador.options == list(BOTOES.values())
    pessoas = clinica.linhas("SELECT nome, numero_carteira FROM clinica.paciente")
    assert not [dado for linha in pessoas for dado in linha if dado and dado in str(feitas)]
    # Asked again, because nobody answered; the drafts are the same.
    assert perguntas() == feitas


def test_what_is_approved_is_sent_by_a_run_of_its_own(clinica: Clinica) -> None:
    (pergunta, *_) = perguntas()
    with pytest.raises(DagRunTriggerException) as disparo:
        responder(pergunta, Decisao.APROVAR, indice=3)
    assert disparo.value.trigger_dag_id == "tiss_envio"
    assert disparo.value.dag_run_id == "tiss_recurso__r1__3"
    (lote,) = disparo.value.conf["lotes"]
    rodada = clinica.rodar("tiss_envio", lotes=[lote])
    assert rodada.estado == "success"
    assert "ENVIADO" in situacoes(clinica)
    clinica.simulador.avancar(60)
    clinica.rodar("tiss_retorno")
    assert "RESPONDIDO" in situacoes(clinica)
    ((aprovado,),) = clinica.linhas(
        "SELECT decidido_por FROM tiss.recurso WHERE id = %s", (pergunta["recurso_id"])
    )
    assert aprovado == "ana.faturista"


def test_what_is_not_contested_is_not_asked_about_again(clinica: Clinica) -> None:
    feitas = perguntas()
    dito = responder(feitas[0], Decisao.DESCARTAR)
    assert "descartado" in dito
    assert [p["recurso_id"] for p in perguntas()] == [p["recurso_id"] for p in feitas[1:]]
    with tarefa():
        assert not tarefas.espera_aprovacao(feitas[0]["recurso_id"])


def test_a_question_waits_on_while_the_recurso_is_a_draft_and_no_longer(clinica: Clinica) -> None:
    (pergunta, *_) = perguntas()
    operador = AprovacaoOperator(task_id="aprovar", **pergunta)
    evento = {"error": "x", "error_type": "timeout"}
    with tarefa() as contexto, pytest.raises(TaskAwaitingInput):
        operador.execute_complete(contexto, evento)
    with tarefa() as contexto:
        recurso.descartar(hooks.repositorio(), pergunta["recurso_id"], por="Ana")
        assert operador.execute_complete(contexto, evento) is None
        assert operador.execute(contexto) is None


def test_what_is_left_for_later_is_asked_about_again(clinica: Clinica) -> None:
    feitas = perguntas()
    assert "continua rascunho" in responder(feitas[0], Decisao.DEPOIS)
    assert perguntas() == feitas


def test_an_approval_without_words_is_asked_for_again_until_it_has_them(clinica: Clinica) -> None:
    clinica.executar("DELETE FROM tiss.justificativa")
    (pergunta, *_) = perguntas()
    assert "Sem justificativa" in pergunta["body"]
    with pytest.raises(AirflowException, match="justificativa") as recusa:
        responder(pergunta, Decisao.APROVAR)
    assert not isinstance(recusa.value, AirflowFailException)
    recurso.justificar(
        hooks.repositorio(), pergunta["recurso_id"], "O valor é o do contrato.", por="Ana"
    )
    with pytest.raises(DagRunTriggerException):
        responder(pergunta, Decisao.APROVAR)


def test_a_second_approval_is_not_taken(clinica: Clinica) -> None:
    (pergunta, *_) = perguntas()
    with pytest.raises(DagRunTriggerException):
        responder(pergunta, Decisao.APROVAR)
    with pytest.raises(AirflowException, match="rascunho"):
        responder(pergunta, Decisao.APROVAR)
    ((enviados,),) = clinica.linhas(
        "SELECT count(*) FROM tiss.lote WHERE tipo_guia = 'RECURSO_GLOSA'"
    )
    assert enviados == 1


def test_a_misspelt_operadora_is_an_error(clinica: Clinica) -> None:
    with pytest.raises(AirflowFailException, match="123456"):
        perguntas(operadoras=["123456"])


def test_the_dag_runs_and_asks_only_about_what_is_chosen(clinica: Clinica) -> None:
    rodada = clinica.rodar("tiss_recurso", codigos=["0000"])
    assert (rodada.estado, rodada.estados("aprovar")) == ("success", ["skipped"])
    assert situacoes(clinica) == {"A_RECORRER"}
