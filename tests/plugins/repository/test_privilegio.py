"""The least-privilege role can do the whole work and nothing beyond it."""

from __future__ import annotations

import psycopg
import pytest
from oficina import Oficina, cliente_de
from psycopg import errors

from tiss.repository import Repositorio
from tiss.services import duvida, interpretacao
from tiss.simulador.processo import Simulador

PAPEL = "SET ROLE tiss_faturamento"


@pytest.fixture
def modesta(oficina: Oficina) -> Oficina:
    """The same clinic, worked by the role of the tasks."""
    oficina.repo = Repositorio(
        lambda: psycopg.connect(oficina.url, options="-c role=tiss_faturamento")
    )
    return oficina


def test_the_role_can_do_a_whole_night_and_hour(modesta: Oficina, simulador: Simulador) -> None:
    modesta.atender(3, exames=True)
    modesta.atender(1, registro_ans="999999")
    ruim, _ = modesta.atender(2)
    modesta.mudar(ruim, "0")
    assert modesta.noite() == []
    modesta.mudar(ruim, "150.00")
    simulador.falha("mensagem_erro", codigo="5001")
    modesta.noite()
    modesta.configurar(segundos_resposta=31)
    assert modesta.noite() == []
    simulador.avancar(60)
    assert modesta.hora() == []
    assert set(modesta.tirada("status")) == {"PROCESSADO", "CANCELADO"}
    assert modesta.valor("SELECT count(*) FROM clinica.consulta WHERE status_tiss IS NOT NULL") == 5
    assert modesta.guias(modesta.tirada("id")[0])


def test_the_role_can_sweep_and_answer_doubts(modesta: Oficina, simulador: Simulador) -> None:
    lote = modesta.lote()
    simulador.falha("reset_depois")
    modesta.enviar(lote)
    modesta.sem_quarentena()
    interpretacao.varrer(modesta.repo)
    duvida.reenviar(modesta.repo, lote, por="Ana")
    modesta.enviar(lote)
    duvida.informar_protocolo(modesta.repo, lote, "0000000001", por="Ana")
    assert modesta.status(lote) == "ENVIADO"


def test_the_role_can_have_a_password_suspended_and_lifted(
    modesta: Oficina, simulador: Simulador
) -> None:
    lote = modesta.lote()
    modesta.enviar(lote, senha="errada")
    assert modesta.enviar(lote) is None
    assert cliente_de(modesta.contrato()).contrato.id == 1


@pytest.mark.parametrize(
    "comando",
    [
        "SELECT nome FROM clinica.paciente",
        "SELECT FROM clinica.consulta",
        "UPDATE clinica.consulta SET status_tiss = 'x'",
        "DELETE FROM tiss.guia",
        "DELETE FROM tiss.lote",
        "DELETE FROM tiss.troca",
        "TRUNCATE tiss.troca",
        "UPDATE tiss.contrato SET url_base = 'https://outro.invalid'",
        "UPDATE tiss.contrato SET faturar_a_partir_de = '2000-01-01'",
        "UPDATE tiss.operadora SET ativa = true",
        "UPDATE tiss.prestador SET nome = 'x'",
        "INSERT INTO tiss.credencial (conexao) VALUES ('x')",
        "INSERT INTO tiss.transicao VALUES ('lote', 'ENVIADO', 'PENDENTE')",
        "DELETE FROM tiss.historico",
        "UPDATE tiss.historico SET para = 'x'",
        "CREATE TABLE tiss.minha (a int)",
        "ALTER TABLE tiss.troca DISABLE TRIGGER ALL",
    ],
)
def test_the_role_can_neither_read_the_clinic_nor_change_the_rules(
    oficina: Oficina, comando: str
) -> None:
    with psycopg.connect(oficina.url) as conexao:
        conexao.execute(PAPEL)
        with pytest.raises(errors.InsufficientPrivilege):
            conexao.execute(comando)
