"""The hour tells people what is new, by mail, and a mail server that is down hurts nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clinica_aberta import AbrirClinica, Clinica

from tiss.domain.digesto import reais

sys.path.insert(0, str(Path(__file__).parents[1] / "plugins"))

from servidor_de_correio import Correio, correio

VARIAVEL = "AIRFLOW_CONN_TISS_AVISO"
PARA = "faturamento@clinica.example"


@pytest.fixture(scope="module")
def clinica(abrir_clinica: AbrirClinica) -> Iterator[Clinica]:
    """A clinic whose night is over: one lote in doubt, answers to be had for the others."""
    with abrir_clinica() as aberta:
        aberta.gerar(40)
        aberta.simulador.falha("reset_depois", registro_ans="999001", operacao="tissLoteGuias")
        aberta.rodar("tiss_faturamento")
        aberta.simulador.avancar(60)
        yield aberta


def _escrever_conexao(clinica: Clinica, caixa: Correio) -> None:
    extra = {"from_email": "tiss@clinica.example", "para": PARA, "disable_ssl": True}
    valor = {"conn_type": "smtp", "host": "127.0.0.1", "port": caixa.porta}
    extra["disable_tls"] = True
    clinica.ambiente.setenv(VARIAVEL, json.dumps({**valor, "extra": extra}))


def test_one_mail_per_hour_with_news_and_none_without(clinica: Clinica) -> None:
    with correio() as caixa:
        # First the server does not take it, then nobody has changed anything.
        _escrever_conexao(clinica, caixa)
        caixa.recusa = "451 tente mais tarde"
        primeira = clinica.rodar("tiss_retorno")
        assert primeira.estado == "success"
        assert primeira.estados("avisar") == ["failed"]
        assert primeira.tentativas("avisar") == [2]
        assert primeira.estados("concluir") == ["success"]
        assert "O resumo não foi entregue pela conexão tiss_aviso (smtp): " in primeira.log
        assert clinica.linhas("SELECT entregue_em FROM tiss.digesto") == [(None,)]

        caixa.recusa = None
        segunda, terceira = clinica.rodar("tiss_retorno"), clinica.rodar("tiss_retorno")
        assert segunda.estados("avisar") == terceira.estados("avisar") == ["success"]
    (carta,) = caixa.cartas
    assert carta["To"] == PARA
    [(respondidas,)] = clinica.linhas(
        "SELECT count(*) FROM tiss.guia WHERE status IN ('AUTORIZADA', 'NEGADA')"
    )
    assert respondidas > 20
    assert carta["Subject"].startswith(f"TISS: 1 lote em dúvida, {respondidas} guias respondidas")
    escrito = caixa.texto(carta)
    assert "  - NOVO lote " in escrito
    [(informado, liberado)] = clinica.linhas(
        "SELECT sum(valor_informado), sum(valor_liberado) FROM tiss.guia"
        " WHERE status IN ('AUTORIZADA', 'NEGADA')"
    )
    assert f"informado {reais(informado)}, liberado {reais(liberado)}" in escrito
    pessoas = clinica.linhas(
        "SELECT nome FROM clinica.paciente UNION SELECT numero_carteira FROM clinica.consulta"
        " WHERE numero_carteira IS NOT NULL UNION SELECT nome FROM clinica.medico"
    )
    assert [nome for (nome,) in pessoas if nome in escrito + carta["Subject"]] == []


def test_without_a_connection_the_hour_goes_well_and_its_log_has_it(clinica: Clinica) -> None:
    clinica.ambiente.delenv(VARIAVEL, raising=False)
    clinica.executar('UPDATE tiss.contrato SET operacoes_suspensas = \'{"CANCELA_GUIA": "x"}\'')
    rodada = clinica.rodar("tiss_retorno")
    assert rodada.estado == "success"
    assert rodada.estados("avisar") == ["success"]
    assert "endereço ou configuração recusados em CANCELA_GUIA" in rodada.log
    assert "crie no Airflow a conexão tiss_aviso" in rodada.log


def test_a_connection_of_another_kind_fails_the_task_at_once_and_not_the_hour(
    clinica: Clinica,
) -> None:
    clinica.executar("DELETE FROM tiss.dito")
    clinica.ambiente.setenv(VARIAVEL, json.dumps({"conn_type": "http", "host": "x.example"}))
    rodada = clinica.rodar("tiss_retorno")
    assert rodada.estados("avisar") == ["failed"]
    assert rodada.tentativas("avisar") == [1]
    assert "A conexão tiss_aviso é do tipo http, pelo qual o resumo não sai." in rodada.log
    assert rodada.estado == "success"


# What leaves no lote behind -----------------------------------------------------------------------

FALHAS = "SELECT etapa, contrato_id, erro, desde = ultima FROM tiss.falha"


@pytest.fixture
def parada(clinica_nova: Clinica) -> Clinica:
    """A clinic with something to bill, whose digest is in the log."""
    clinica_nova.ambiente.delenv(VARIAVEL, raising=False)
    clinica_nova.gerar(20)
    return clinica_nova


def test_a_contrato_that_fails_before_it_has_a_lote_is_told_until_it_goes_well(
    parada: Clinica,
) -> None:
    conexao = "tiss_999001_matriz"
    parada.ambiente.delenv(f"AIRFLOW_CONN_{conexao.upper()}")
    assert parada.rodar("tiss_faturamento").estados("montar").count("failed") == 1
    [(contrato,)] = parada.linhas("SELECT id FROM tiss.contrato WHERE credencial = %s", conexao)
    assert parada.linhas(FALHAS) == [("MONTAGEM", contrato, "ConfigError", True)]
    hora = parada.rodar("tiss_retorno")
    assert "Aurora / Clínica Modelo São Lucas: tarefa montar, de tiss_faturamento" in hora.log
    usuario, senha = parada.logins[conexao]
    parada.definir_conexao(conexao, login=usuario, password=senha)
    parada.rodar("tiss_faturamento", operadoras=["999001"])
    assert parada.linhas(FALHAS) == []


def test_a_view_that_is_behind_is_told_as_of_all_contratos(parada: Clinica) -> None:
    trocar = "ALTER VIEW tiss.consulta_preparada RENAME COLUMN {} TO {}"
    parada.executar(trocar.format("despesas", "despesa"))
    # Of a rehearsal, and of a name that a person misspelt, they see the end themselves.
    assert parada.rodar("tiss_faturamento", apenas_validar=True).estado == "failed"
    assert parada.rodar("tiss_faturamento", operadoras=["000000"]).estado == "failed"
    assert parada.linhas(FALHAS) == []
    parada.rodar("tiss_faturamento")
    assert parada.linhas(FALHAS) == [("PREPARO", None, "ConfigError", True)]
    assert "todas as operadoras: tarefa preparar" in parada.rodar("tiss_retorno").log
    parada.executar(trocar.format("despesa", "despesas"))
    # Nothing is known of the nights by a rehearsal that goes well.
    assert parada.rodar("tiss_faturamento", apenas_validar=True).estado == "success"
    assert len(parada.linhas(FALHAS)) == 1
    parada.rodar("tiss_faturamento")
    assert parada.linhas(FALHAS) == []


def test_what_is_tried_again_is_noted_by_the_last_try_alone(parada: Clinica) -> None:
    parada.executar("REVOKE INSERT ON tiss.lote FROM tiss_faturamento")
    rodada = parada.rodar("tiss_faturamento", operadoras=["999001"], prestadores=["MATRIZ"])
    assert rodada.tentativas("montar") == [3]
    [(etapa, _, erro, uma_vez)] = parada.linhas(FALHAS)
    assert (etapa, erro, uma_vez) == ("MONTAGEM", "InsufficientPrivilege", True)


def test_results_that_cannot_be_written_at_all_are_told(parada: Clinica) -> None:
    parada.executar("REVOKE SELECT ON tiss.conciliacao_atraso FROM tiss_faturamento")
    assert parada.rodar("tiss_retorno").estados("gravar") == ["failed"]
    assert parada.linhas(FALHAS) == [("GRAVACAO", None, "InsufficientPrivilege", True)]
    parada.executar("GRANT SELECT ON tiss.conciliacao_atraso TO tiss_faturamento")
    parada.rodar("tiss_retorno")
    assert parada.linhas(FALHAS) == []


def test_a_consulta_with_a_result_and_no_guia_is_told_by_the_hour_after_the_night(
    parada: Clinica,
) -> None:
    contar = "SELECT sum(consultas) FROM tiss.esquecida"
    assert parada.rodar("tiss_faturamento", apenas_validar=True).estado == "success"
    parada.rodar("tiss_faturamento", operadoras=["999002"])
    assert parada.linhas(contar) == [(None,)]
    parada.executar(
        "UPDATE clinica.consulta SET status_tiss = 'AUTORIZADA' FROM clinica.convenio"
        " WHERE convenio.id = convenio_id AND registro_ans = '999001' AND preparado_tiss"
    )
    parada.rodar("tiss_faturamento", apenas_validar=True)
    assert parada.linhas(contar) == [(None,)]
    assert parada.rodar("tiss_faturamento").estados("conferir") == ["success"]
    [(quantas,)] = parada.linhas(contar)
    assert quantas > 1
    assert f"{quantas} consultas sem cobrança" in parada.rodar("tiss_retorno").log
