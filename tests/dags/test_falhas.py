"""What each kind of trouble does to a run: who retries, who waits for a person, who goes on."""

from __future__ import annotations

import socket
from collections import Counter

import pytest
from clinica_aberta import Clinica

AURORA, BOA_VIDA, CEDRO = "999001", "999002", "999003"
ENVIO, STATUS = "tissLoteGuias", "tissSolicitacaoStatusProtocolo"
RETENTATIVAS_DE_ENVIAR = 5
MATRIZ_AURORA = "tiss_999001_matriz"


@pytest.fixture
def clinica(clinica_nova: Clinica) -> Clinica:
    clinica_nova.gerar(30)
    # Two operadoras, two branches each: one for the trouble, one that must not notice.
    clinica_nova.executar(f"UPDATE tiss.operadora SET ativa = false WHERE registro_ans = '{CEDRO}'")
    return clinica_nova


def _lotes(
    clinica: Clinica, registro_ans: str | None = None, clinica_id: str | None = None
) -> Counter:
    """How many lotes are in each state, of an operadora, of a branch."""
    return Counter(
        status
        for (status,) in clinica.linhas(
            "SELECT lote.status FROM tiss.lote"
            " JOIN tiss.contrato ON contrato.id = lote.contrato_id"
            " JOIN tiss.prestador ON prestador.id = contrato.prestador_id"
            " WHERE registro_ans = coalesce(%s, registro_ans)"
            " AND clinica_id = coalesce(%s, clinica_id)",
            registro_ans,
            clinica_id,
        )
    )


def _porta_fechada() -> int:
    with socket.socket() as soquete:
        soquete.bind(("127.0.0.1", 0))
        porta: int = soquete.getsockname()[1]
        return porta


def test_what_was_not_delivered_is_retried_and_arrives_once(clinica: Clinica) -> None:
    clinica.simulador.falha("http_429", registro_ans=AURORA, operacao=ENVIO)
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "success"
    assert Counter(rodada.tentativas("enviar"))[2] == 1
    assert set(rodada.tentativas("enviar")) == {1, 2}
    assert set(_lotes(clinica)) == {"ENVIADO"}
    assert clinica.simulador.repetidos() == []


@pytest.mark.parametrize("falha", ["http_503", "reset_depois", "truncada"])
def test_what_may_have_arrived_is_never_retried(clinica: Clinica, falha: str) -> None:
    clinica.simulador.falha(falha, registro_ans=AURORA, operacao=ENVIO)
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert Counter(rodada.estados("enviar"))["failed"] == 1
    assert set(rodada.tentativas("enviar")) == {1}
    assert _lotes(clinica, AURORA)["EM_DUVIDA"] == 1
    assert set(_lotes(clinica, AURORA)) == {"EM_DUVIDA", "ENVIADO"}
    assert set(_lotes(clinica, BOA_VIDA)) == {"ENVIADO"}
    assert "Consulte o portal da operadora e responda: tiss lote resolver" in rodada.log


def test_a_lote_in_doubt_stays_where_it_is_in_later_nights(clinica: Clinica) -> None:
    clinica.simulador.falha("reset_depois", registro_ans=AURORA, operacao=ENVIO)
    clinica.rodar("tiss_faturamento")
    antes = clinica.envios()
    depois = clinica.rodar("tiss_faturamento")
    assert depois.estado == "success"
    assert clinica.envios() == antes
    assert _lotes(clinica)["EM_DUVIDA"] == 1


def test_a_refused_lote_fails_at_once_with_the_reason_of_the_operadora(clinica: Clinica) -> None:
    clinica.simulador.falha("mensagem_erro", registro_ans=AURORA, operacao=ENVIO, codigo="5001")
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert set(rodada.tentativas("enviar")) == {1}
    assert _lotes(clinica, AURORA)["ERRO"] == 1
    assert set(_lotes(clinica, BOA_VIDA)) == {"ENVIADO"}
    assert "recusado: 5001" in rodada.log
    assert "Ficou por fazer: 0 contratos sem montagem; lotes {'ERRO':" in rodada.log


def test_a_wrong_password_is_shown_once_and_waits_for_a_person(clinica: Clinica) -> None:
    clinica.definir_senha(MATRIZ_AURORA, "senha-que-venceu-ontem")
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert set(_lotes(clinica, AURORA, "MATRIZ")) == {"PENDENTE"}
    assert set(_lotes(clinica, AURORA, "FILIAL")) == {"ENVIADO"}
    assert set(_lotes(clinica, BOA_VIDA)) == {"ENVIADO"}
    assert f"credencial {MATRIZ_AURORA} suspensa" in rodada.log
    # Five wrong passwords lock the user over there: every try but the first stayed at home.
    assert max(rodada.tentativas("enviar")) == 1 + RETENTATIVAS_DE_ENVIAR
    [recusas] = clinica.linhas("SELECT count(*) FROM tiss.troca WHERE http_status = 401")
    assert recusas == (1,)
    assert "senha-que-venceu-ontem" not in rodada.log


def test_a_corrected_password_sends_what_waited(clinica: Clinica) -> None:
    certa = clinica.logins[MATRIZ_AURORA][1]
    clinica.definir_senha(MATRIZ_AURORA, "senha-que-venceu-ontem")
    clinica.rodar("tiss_faturamento", operadoras=[AURORA])
    clinica.definir_senha(MATRIZ_AURORA, certa)
    assert clinica.rodar("tiss_faturamento").estado == "success"
    assert set(_lotes(clinica)) == {"ENVIADO"}
    assert clinica.simulador.repetidos() == []


def test_an_operadora_that_is_down_is_tried_six_times_and_next_night_again(
    clinica: Clinica,
) -> None:
    urls = clinica.linhas(
        "SELECT DISTINCT url_base FROM tiss.contrato WHERE registro_ans = %s", AURORA
    )
    mudar = "UPDATE tiss.contrato SET url_base = %s WHERE registro_ans = %s"
    clinica.executar(mudar, f"http://127.0.0.1:{_porta_fechada()}", AURORA)
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert set(rodada.tentativas("enviar")) == {1, 1 + RETENTATIVAS_DE_ENVIAR}
    assert set(_lotes(clinica, AURORA)) == {"PENDENTE"}
    assert set(_lotes(clinica, BOA_VIDA)) == {"ENVIADO"}
    assert "não chegou à operadora" in rodada.log

    clinica.executar(mudar, urls[0][0], AURORA)
    assert clinica.rodar("tiss_faturamento").estado == "success"
    assert Counter(_lotes(clinica))["PENDENTE"] == 0
    assert clinica.simulador.repetidos() == []


def test_a_contrato_that_cannot_be_built_does_not_stop_the_others(clinica: Clinica) -> None:
    clinica.executar(
        "UPDATE tiss.contrato SET versao_tiss = '9.99.99' WHERE registro_ans = %s"
        " AND prestador_id = (SELECT id FROM tiss.prestador WHERE clinica_id = 'MATRIZ')",
        AURORA,
    )
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert Counter(rodada.estados("montar")) == {"success": 3, "failed": 1}
    assert rodada.estados("distribuir") == ["success"]
    assert set(rodada.estados("enviar")) == {"success"}
    assert not _lotes(clinica, AURORA, "MATRIZ")
    assert set(_lotes(clinica, AURORA, "FILIAL")) == {"ENVIADO"}
    assert set(_lotes(clinica, BOA_VIDA)) == {"ENVIADO"}
    assert "Ficou por fazer: 1 contratos sem montagem; lotes nenhum." in rodada.log


def test_a_view_that_is_behind_is_told_once_before_anything_is_built(clinica: Clinica) -> None:
    clinica.executar("ALTER VIEW tiss.consulta_preparada RENAME COLUMN despesas TO despesa")
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert rodada.estados("preparar") == ["failed"]
    assert rodada.tentativas("preparar") == [1]
    assert "faltam as colunas despesas (jsonb)" in rodada.log
    assert "UndefinedColumn" not in rodada.log
    assert clinica.linhas("SELECT count(*) FROM tiss.guia") == [(0,)]


def test_a_connection_that_is_missing_is_named_and_not_retried(clinica: Clinica) -> None:
    clinica.ambiente.delenv(f"AIRFLOW_CONN_{MATRIZ_AURORA.upper()}")
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert rodada.estados("montar").count("failed") == 1
    assert rodada.tentativas("montar").count(1) == len(rodada.estados("montar"))
    # It is told before a lote is built.
    assert not _lotes(clinica, AURORA, "MATRIZ")
    assert set(_lotes(clinica, BOA_VIDA)) == {"ENVIADO"}
    assert f"A conexão {MATRIZ_AURORA} não existe" in rodada.log


def test_without_the_connection_of_the_clinic_nothing_runs(clinica: Clinica) -> None:
    clinica.ambiente.delenv("AIRFLOW_CONN_CLINICA_DB")
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert rodada.tentativas("preparar") == [1]
    assert "A conexão clinica_db não existe" in rodada.log


def test_without_the_database_of_the_clinic_the_run_fails_after_its_retries(
    clinica: Clinica,
) -> None:
    clinica.ambiente.setenv(
        "AIRFLOW_CONN_CLINICA_DB", f"postgresql://tiss_app@127.0.0.1:{_porta_fechada()}/nada"
    )
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "failed"
    assert rodada.tentativas("preparar") == [3]
    assert rodada.tentativas("distribuir") == [1]
    assert "A preparação falhou: veja o log das tarefas anteriores." in rodada.log


@pytest.mark.parametrize("dag", ["tiss_faturamento", "tiss_retorno"])
def test_a_misspelt_param_is_refused_by_the_first_task(clinica: Clinica, dag: str) -> None:
    rodada = clinica.rodar(dag, operadora=[AURORA])
    assert rodada.estado == "failed"
    assert (rodada.estados("preparar"), rodada.tentativas("preparar")) == (["failed"], [1])
    assert "Parâmetro desconhecido: operadora. Existem: " in rodada.log
    assert clinica.contar("tiss.guia") == {}


@pytest.mark.parametrize("dag", ["tiss_faturamento", "tiss_retorno"])
def test_an_operadora_without_contrato_is_refused_by_the_first_task(
    clinica: Clinica, dag: str
) -> None:
    rodada = clinica.rodar(dag, operadoras=["123456", AURORA])
    assert rodada.estado == "failed"
    assert rodada.tentativas("preparar") == [1]
    assert "Não há contrato com: 123456. Confira o registro ANS da operadora" in rodada.log
    # Nothing after it tries to make sense of a request that was refused.
    assert max(i.tentativas for tarefa in rodada.tarefas.values() for i in tarefa) == 1


def test_a_prestador_without_contrato_is_refused_by_the_first_task(clinica: Clinica) -> None:
    rodada = clinica.rodar("tiss_faturamento", prestadores=["MATRIS"])
    assert rodada.estado == "failed"
    assert rodada.tentativas("preparar") == [1]
    assert "MATRIS" in rodada.log


def test_an_operadora_that_does_not_answer_a_query_is_asked_again(clinica: Clinica) -> None:
    clinica.rodar("tiss_faturamento")
    clinica.simulador.avancar(60)
    clinica.simulador.falha("http_503", registro_ans=AURORA, operacao=STATUS)
    rodada = clinica.rodar("tiss_retorno")
    assert rodada.estado == "success"
    assert Counter(rodada.tentativas("consultar"))[2] == 1
    assert set(_lotes(clinica)) == {"PROCESSADO"}


def test_an_operadora_that_never_answers_fails_the_run_and_not_the_others(clinica: Clinica) -> None:
    clinica.rodar("tiss_faturamento")
    clinica.simulador.avancar(60)
    clinica.simulador.falha("http_503", registro_ans=AURORA, operacao=STATUS, vezes=99)
    rodada = clinica.rodar("tiss_retorno")
    assert rodada.estado == "failed"
    assert max(rodada.tentativas("consultar")) == 3
    assert set(_lotes(clinica, AURORA)) == {"ENVIADO"}
    assert set(_lotes(clinica, BOA_VIDA)) == {"PROCESSADO"}
    assert clinica.linhas("SELECT 1 FROM clinica.consulta WHERE status_tiss = 'AUTORIZADA'")

    clinica.simulador.limpar_falhas()
    assert clinica.rodar("tiss_retorno").estado == "success"
    assert set(_lotes(clinica)) == {"PROCESSADO"}


def test_a_corrected_consulta_takes_a_refused_lote_out_again(clinica: Clinica) -> None:
    clinica.simulador.falha("mensagem_erro", registro_ans=AURORA, operacao=ENVIO, codigo="5001")
    clinica.rodar("tiss_faturamento")
    _corrigir(clinica, _recusado(clinica))
    assert clinica.rodar("tiss_faturamento").estado == "success"
    assert set(_lotes(clinica)) == {"ENVIADO", "CANCELADO"}
    assert clinica.simulador.repetidos() == []


def test_the_last_task_cleared_later_follows_a_refused_lote_to_what_replaced_it(
    clinica: Clinica,
) -> None:
    from airflow.sdk.exceptions import AirflowException

    from tiss import tarefas

    clinica.simulador.falha("mensagem_erro", registro_ans=AURORA, operacao=ENVIO, codigo="5001")
    clinica.rodar("tiss_faturamento")
    recusado = _recusado(clinica)
    _corrigir(clinica, recusado)
    suspender = "UPDATE tiss.contrato SET operacoes_suspensas = %s::jsonb WHERE registro_ans = %s"
    clinica.executar(suspender, '{"ENVIO_LOTE_GUIAS": "em manutenção"}', AURORA)
    clinica.rodar("tiss_faturamento")
    [(substituto,)] = clinica.linhas(
        "SELECT substituido_por FROM tiss.lote WHERE id = %s", recusado
    )
    da_primeira_noite = ([1], [[recusado]], [{"nome": "x", "lotes": [recusado]}])
    with pytest.raises(AirflowException, match=rf"lotes {{'PENDENTE': \[{substituto}\]}}"):
        tarefas.concluir_faturamento(*da_primeira_noite)

    clinica.executar(suspender, "{}", AURORA)
    clinica.rodar("tiss_faturamento")
    tarefas.concluir_faturamento(*da_primeira_noite)


def _recusado(clinica: Clinica) -> int:
    [(lote_id,)] = clinica.linhas("SELECT id FROM tiss.lote WHERE status = 'ERRO'")
    return int(lote_id)


def _corrigir(clinica: Clinica, lote_id: int) -> None:
    """The front desk changes a consulta of a lote."""
    clinica.executar(
        "UPDATE clinica.consulta SET observacao = 'corrigida' WHERE id = ("
        "SELECT consulta_id::bigint FROM tiss.guia"
        " JOIN tiss.guia_tiss_envio ON guia_id = guia.id WHERE lote_id = %s AND ordem = 1)",
        lote_id,
    )


@pytest.mark.parametrize(
    ("consultadas", "gravados", "motivo"),
    [
        ([1], 0, "1 remessas sem resposta; gravação na clínica feita"),
        (None, 0, "2 remessas sem resposta; gravação na clínica feita"),
        ([1, 1], None, "0 remessas sem resposta; gravação na clínica com falha"),
    ],
)
def test_an_hour_that_left_something_undone_says_what(
    clinica: Clinica, consultadas: list[int] | None, gravados: int | None, motivo: str
) -> None:
    from airflow.sdk.exceptions import AirflowException

    from tiss import tarefas

    remessas = [tarefas.Remessa(nome="x", lotes=[1]), tarefas.Remessa(nome="y", lotes=[2])]
    tarefas.concluir_retorno(remessas, [1, 1], 0)
    with pytest.raises(AirflowException, match=motivo):
        tarefas.concluir_retorno(remessas, consultadas, gravados)
