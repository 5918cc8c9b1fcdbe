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
