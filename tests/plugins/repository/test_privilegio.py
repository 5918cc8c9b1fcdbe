"""The least-privilege role can do the whole work and nothing beyond it."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from cryptography.fernet import Fernet
from oficina import Oficina, cliente_de
from psycopg import errors

from tiss.domain.requisicao import Token
from tiss.repository import Repositorio, tokens
from tiss.services import conferencia, duvida, reapresentacao, recuperacao, varredura
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
    modesta.mudar(ruim, "-1")
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
    varredura.varrer(modesta.repo)
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
        "UPDATE tiss.contrato SET politica_duvida = 'CANCELAMENTO'",
        "UPDATE tiss.contrato SET deduplica = true",
        "UPDATE tiss.retida SET por = 'x'",
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


def test_a_reader_of_the_results_reads_the_words_of_a_glosa_and_nothing_else(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.fazer("INSERT INTO tiss.terminologia_fonte (nome, origem) VALUES ('teste', 'teste')")
    oficina.fazer(
        "INSERT INTO tiss.termo_tuss (tabela, codigo, fonte, descricao)"
        " VALUES ('38', '1806', 'teste', 'Quantidade acima da autorizada')"
    )
    lote = oficina.lote(1)
    oficina.enviar(lote)
    oficina.fazer(
        "INSERT INTO tiss.glosa (envio_id, protocolo, nivel, codigo, origem, posicao)"
        " SELECT id, 'P', 'GUIA', '1806', 'DEMONSTRATIVO_ANALISE', 1 FROM tiss.guia_tiss_envio"
    )
    with psycopg.connect(oficina.url) as conexao:
        # Roles are of the whole cluster: this one goes back with the transaction.
        conexao.execute("CREATE ROLE leitor")
        conexao.execute("GRANT USAGE ON SCHEMA tiss TO leitor")
        conexao.execute("GRANT SELECT ON tiss.resultado TO leitor")
        conexao.execute("SET ROLE leitor")
        linha = conexao.execute("SELECT glosas FROM tiss.resultado").fetchone()
        assert linha is not None
        assert [g["descricao"] for g in linha[0]] == ["Quantidade acima da autorizada"]
        with pytest.raises(errors.InsufficientPrivilege):
            conexao.execute("SELECT FROM tiss.termo_tuss")
        conexao.rollback()


def test_the_words_of_a_glosa_are_not_taken_from_a_table_of_the_reader(oficina: Oficina) -> None:
    with psycopg.connect(oficina.url) as conexao:
        conexao.execute(
            "CREATE TEMP TABLE termo_tuss AS SELECT '38' AS tabela, '1806' AS codigo,"
            " 'x' AS descricao, NULL::date AS inicio, NULL::date AS fim"
        )
        linha = conexao.execute("SELECT tiss.descricao_glosa('1806')").fetchone()
    assert linha == (None,)


# Cancelling, portals, withdrawals, recovery -------------------------------------------------------


def test_the_role_can_cancel_and_bill_again(modesta: Oficina, simulador: Simulador) -> None:
    modesta.enderecar(CANCELA_GUIA="tissCancelaGuia")
    lote = modesta.lote()
    assert modesta.enviar(lote) is None
    assert modesta.cancelar(lote, "1") == "ENVIADO"
    assert modesta.cancelar(lote) == "CANCELADO"
    assert modesta.noite() == []
    assert simulador.repetidos() == []
    outro = modesta.lote()
    simulador.falha("reset_depois")
    modesta.enviar(outro)
    assert duvida.a_perguntar(modesta.repo, quem=str(uuid4())) == [outro]
    modesta.configurar(politica_duvida="CANCELAMENTO")
    modesta.hora()
    assert modesta.status(outro) == "CANCELADO"


def test_the_role_can_release_export_and_take_in_what_a_portal_gave(modesta: Oficina) -> None:
    modesta.configurar(tipo_api="MANUAL", envio="CONFERENCIA")
    lote = modesta.lote()
    conferencia.liberar(modesta.repo, lote, por="Ana")
    conferencia.exportar(modesta.repo, lote, por="Ana")
    conferencia.desfazer_exportacao(modesta.repo, lote, por="Ana")
    conferencia.exportar(modesta.repo, lote, por="Ana")
    conferencia.importar_resposta(modesta.repo, lote, modesta.resposta(lote), por="Ana")
    assert modesta.status(lote) == "ENVIADO"


def test_the_role_can_withdraw_and_present_again(modesta: Oficina) -> None:
    (uma,) = modesta.atender()
    modesta.montar()
    reapresentacao.retirar(modesta.repo, uma, por="Ana", motivo="x")
    reapresentacao.reapresentar(modesta.repo, uma, por="Ana", motivo="x")
    assert len(modesta.montar().lotes) == 1


def test_the_role_can_recover_and_release(modesta: Oficina) -> None:
    modesta.lote()
    modesta.atender()
    assert recuperacao.recuperar(modesta.repo, por="Ana").consultas_retidas == 1
    assert recuperacao.soltar(modesta.repo, None, por="Ana") == 1


def test_the_role_can_keep_and_forget_tokens(modesta: Oficina) -> None:
    cifra = Fernet(Fernet.generate_key())
    conexao = str(modesta.contrato().credencial)
    with modesta.repo.transacao() as t:
        assert tokens.travar(t, conexao, "s", cifra) is None
        tokens.guardar(t, conexao, Token(valor="t", segundos=60, renovacao="r"), cifra)
    with modesta.repo.transacao() as t:
        assert tokens.valido(t, conexao, "s", cifra, folga=30) == "t"
        assert tokens.travar(t, conexao, "s", cifra) == "r"
        tokens.esquecer(t, conexao)
    with modesta.repo.transacao() as t:
        assert tokens.valido(t, conexao, "s", cifra, folga=30) is None


def test_the_limit_of_an_operadora_needs_no_right_to_change_it(
    modesta: Oficina, simulador: Simulador
) -> None:
    modesta.fazer("UPDATE tiss.operadora SET max_envios_simultaneos = 1")
    assert modesta.enviar(modesta.lote()) is None
