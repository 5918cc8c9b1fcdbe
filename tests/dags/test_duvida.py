"""The question that Airflow puts to a person: started once, answered once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.exceptions import HITLTriggerEventError
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    DagRunTriggerException,
    TaskAwaitingInput,
)
from airflow.sdk.execution_time.context import set_current_context
from clinica_aberta import Clinica

from tiss import hooks, settings, tarefas
from tiss.errors import ConfigError
from tiss.operadores import DE_NOVO_EM, PerguntaOperator
from tiss.services import duvida
from tiss.services.duvida import BOTOES, RespostaDuvida

ENVIO = "tissLoteGuias"


@pytest.fixture
def clinica(clinica_nova: Clinica) -> Clinica:
    """Lotes of two contratos, none sent yet."""
    clinica_nova.executar("UPDATE tiss.operadora SET ativa = registro_ans = '999001'")
    clinica_nova.gerar(12)
    return clinica_nova


def por_em_duvida(clinica: Clinica, quantos: int) -> list[int]:
    """Lose the answers of the first lotes of a night."""
    clinica.simulador.falha("reset_depois", vezes=quantos, operacao=ENVIO)
    clinica.rodar("tiss_faturamento", tipos=["CONSULTA"])
    return [
        lote_id
        for (lote_id,) in clinica.linhas(
            "SELECT id FROM tiss.lote WHERE status = 'EM_DUVIDA' ORDER BY id"
        )
    ]


@contextmanager
def tarefa(corrida: str = "r1", **parametros: object) -> Iterator[Any]:
    """The context in which Airflow runs a task."""
    ti = SimpleNamespace(
        dag_id="tiss_duvida",
        run_id=corrida,
        task_id="perguntar",
        map_index=-1,
        try_number=1,
        id="x",
    )
    contexto: Any = {"ti": ti, "task_instance": ti, "params": parametros}
    with set_current_context(contexto):
        yield contexto


def perguntas(*lotes: int) -> list[dict[str, Any]]:
    with tarefa(lotes=list(lotes)):
        return tarefas.preparar_duvida()


def operador(argumentos: dict[str, Any]) -> PerguntaOperator:
    return PerguntaOperator(task_id="perguntar", **argumentos)


def responder(
    argumentos: dict[str, Any],
    resposta: RespostaDuvida,
    *,
    usuario: object = None,
    **campos: object,
) -> str:
    """Press a button of the question, as the screen hands it on."""
    evento = {
        "chosen_options": [BOTOES[resposta]],
        "params_input": {"protocolo": None, "consultei_o_portal": False, **campos},
        "responded_at": datetime.now(UTC),
        "responded_by_user": usuario or {"id": "7", "name": "ana.faturista"},
    }
    with tarefa() as contexto:
        feito: str = operador(argumentos).execute_complete(contexto, evento)
    # Without it Airflow fails what was done, and does it again.
    assert contexto["nome"] == f"lote {argumentos['lote_id']}"
    return feito


def status(clinica: Clinica, lote: int) -> tuple[str, str]:
    ((estado, observacoes),) = clinica.linhas(
        "SELECT status, observacoes FROM tiss.lote WHERE id = %s", lote
    )
    return estado, observacoes


def test_without_a_doubt_nobody_is_asked(clinica: Clinica) -> None:
    rodada = clinica.rodar("tiss_duvida")
    assert rodada.estado == "success"
    assert rodada.estados("perguntar") == ["skipped"]


@pytest.mark.parametrize("quantos", [1, 2])
def test_there_is_one_question_for_each_lote_in_doubt(clinica: Clinica, quantos: int) -> None:
    lotes = por_em_duvida(clinica, quantos)
    feitas = perguntas()
    assert [pergunta["lote_id"] for pergunta in feitas] == lotes
    assert len(lotes) == quantos
    assert perguntas(lotes[0]) == feitas[:1]
    for pergunta in feitas:
        assert operador(pergunta).options == pergunta["options"]
        assert f"Lote {pergunta['lote_id']}" in pergunta["subject"]
    nomes = clinica.linhas("SELECT nome, numero_carteira FROM clinica.paciente")
    assert not [dado for linha in nomes for dado in linha if dado and dado in str(feitas)]


def test_in_its_run_the_question_has_fields_of_its_own_only() -> None:
    dag = DagBag(dag_folder=settings.RAIZ / "dags" / "tiss_duvida.py").dags["tiss_duvida"]
    assert list(dag.params) == ["lotes"]
    pergunta = {"lote_id": 1, "subject": "?", "body": "?", "options": ["!"]}
    feita = dag.get_task("perguntar").unmap(pergunta)
    assert list(feita.serialized_params) == ["protocolo", "consultei_o_portal"]


def test_a_night_with_doubts_starts_the_question_once(clinica: Clinica) -> None:
    lotes = por_em_duvida(clinica, 2)
    clinica.executar("UPDATE tiss.lote SET perguntado_em = NULL")
    with tarefa(), pytest.raises(DagRunTriggerException) as disparo:
        tarefas.perguntar()
    assert disparo.value.trigger_dag_id == "tiss_duvida"
    assert disparo.value.dag_run_id == "tiss_duvida__r1"
    assert disparo.value.conf == {"lotes": lotes}
    assert disparo.value.skip_when_already_exists
    # Its own retry asks again, in case nobody heard; another run does not.
    with tarefa(), pytest.raises(DagRunTriggerException) as de_novo:
        tarefas.perguntar()
    assert de_novo.value.dag_run_id == disparo.value.dag_run_id
    with tarefa("r2"):
        tarefas.perguntar()


def test_the_answer_is_carried_out_under_the_name_of_who_answered(clinica: Clinica) -> None:
    (lote,) = por_em_duvida(clinica, 1)
    (pergunta,) = perguntas()
    dito = responder(pergunta, RespostaDuvida.REENVIAR, consultei_o_portal=True)
    assert dito.startswith(f"Lote {lote}: liberado")
    estado, observacoes = status(clinica, lote)
    assert estado == "PENDENTE"
    assert "ana.faturista" in observacoes


@pytest.mark.parametrize(
    "usuario",
    [{"id": "7", "name": "ana.faturista"}, SimpleNamespace(id="7", name="ana.faturista")],
)
def test_the_name_comes_as_either_version_of_airflow_hands_it_on(
    clinica: Clinica, usuario: object
) -> None:
    (lote,) = por_em_duvida(clinica, 1)
    (pergunta,) = perguntas()
    responder(pergunta, RespostaDuvida.PROTOCOLO, protocolo="99", usuario=usuario)
    assert status(clinica, lote) == ("ENVIADO", "protocolo informado por ana.faturista")


def test_an_answer_that_cannot_be_taken_is_asked_again(clinica: Clinica) -> None:
    (lote,) = por_em_duvida(clinica, 1)
    (pergunta,) = perguntas()
    for resposta, campos, motivo in (
        (RespostaDuvida.REENVIAR, {}, "Consulte antes o portal"),
        (RespostaDuvida.PROTOCOLO, {"protocolo": None}, "1 a 12 caracteres"),
        (RespostaDuvida.PROTOCOLO, {"protocolo": "1" * 13}, "1 a 12 caracteres"),
    ):
        with pytest.raises(AirflowException, match=motivo) as erro:
            responder(pergunta, resposta, **campos)
        # Any other failure would not be tried again.
        assert not isinstance(erro.value, AirflowFailException)
        assert status(clinica, lote)[0] == "EM_DUVIDA"


def test_a_question_waits_on_while_the_lote_is_in_doubt_and_no_longer(clinica: Clinica) -> None:
    (lote,) = por_em_duvida(clinica, 1)
    (pergunta,) = perguntas()
    evento = {"error": "x", "error_type": "timeout"}
    # It is not written anew, which would forget an answer that came at this moment.
    with tarefa() as contexto, pytest.raises(TaskAwaitingInput) as espera:
        operador(pergunta).execute_complete(contexto, evento)
    assert (espera.value.method_name, espera.value.timeout) == ("execute_complete", DE_NOVO_EM)
    assert status(clinica, lote)[0] == "EM_DUVIDA"
    with tarefa():
        duvida.informar_protocolo(hooks.repositorio(), lote, "99", por="Ana")
    antes = status(clinica, lote)
    with tarefa() as contexto:
        assert operador(pergunta).execute_complete(contexto, evento) is None
    assert contexto["nome"] == f"lote {lote}"
    assert status(clinica, lote) == antes


def test_a_database_that_does_not_answer_closes_no_question(
    clinica: Clinica, monkeypatch: pytest.MonkeyPatch
) -> None:
    por_em_duvida(clinica, 1)
    (pergunta,) = perguntas()
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", "postgresql://ninguem@127.0.0.1:1/nada")
    with tarefa() as contexto, pytest.raises(TaskAwaitingInput):
        operador(pergunta).execute_complete(contexto, {"error": "x", "error_type": "timeout"})


def test_what_airflow_cannot_take_of_an_answer_is_asked_again(clinica: Clinica) -> None:
    por_em_duvida(clinica, 1)
    (pergunta,) = perguntas()
    evento = {"error": "x", "error_type": "validation"}
    with tarefa() as contexto, pytest.raises(HITLTriggerEventError) as erro:
        operador(pergunta).execute_complete(contexto, evento)
    assert not isinstance(erro.value, AirflowFailException)


def test_what_was_settled_elsewhere_is_asked_no_more(clinica: Clinica) -> None:
    (lote,) = por_em_duvida(clinica, 1)
    (pergunta,) = perguntas()
    responder(pergunta, RespostaDuvida.PROTOCOLO, protocolo="99")
    with pytest.raises(AirflowException, match="não há dúvida a resolver"):
        responder(pergunta, RespostaDuvida.REENVIAR, consultei_o_portal=True)
    with tarefa() as contexto:
        assert operador(pergunta).execute(contexto) is None
    assert contexto["nome"] == f"lote {lote}"
    assert status(clinica, lote)[0] == "ENVIADO"
    assert perguntas() == []


def test_an_answer_without_a_name_is_not_taken(clinica: Clinica) -> None:
    (lote,) = por_em_duvida(clinica, 1)
    (pergunta,) = perguntas()
    with pytest.raises(AirflowException, match="Informe quem responde"):
        responder(pergunta, RespostaDuvida.PROTOCOLO, protocolo="9", usuario={"id": "", "name": ""})
    assert status(clinica, lote)[0] == "EM_DUVIDA"


def test_a_misspelt_param_is_refused() -> None:
    with tarefa(lote=[1]), pytest.raises(ConfigError, match="Parâmetro desconhecido: lote"):
        hooks.parametros(tarefas.DUVIDA)
