"""Sums that are stored are those of the views, to the centavo, whatever happened meanwhile."""

from __future__ import annotations

import itertools
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from oficina import HOJE, SERVICOS_DE_RECURSO, Oficina
from recorrente import um_aprovado

from tiss.repository.conexao import comando
from tiss.repository.listas import conciliacao
from tiss.services import recurso
from tiss.settings import RAIZ
from tiss.simulador.processo import Simulador

sys.path.insert(0, str(RAIZ / "benchmarks"))

import volume

# On so few rows the planner may read the small tables whole; these it never may.
CRESCEM = {"guia", "guia_tiss_envio", "pagamento", "glosa"}
SOMADAS = (
    "guias, guias_em_aberto, informado, processado, liberado, glosado, franquia, em_aberto,"
    " diferenca, pago, a_pagar, a_receber, pago_por_recurso, em_recurso, recuperado"
)
CHAVES = "lote_id, contrato_id, ambiente, competencia"


def diferencas(oficina: Oficina) -> list[dict[str, Any]]:
    """Rows that the sums and the views do not share."""
    de_lotes = f"SELECT {CHAVES}, {SOMADAS} FROM tiss."
    glosas = (
        "SELECT lote_id, contrato_id, competencia, codigo, nivel, glosas, guias, valor, sem_valor"
        " FROM tiss."
    )
    achadas = []
    for colunas, soma, visao in (
        (de_lotes, "conciliacao_soma", "conciliacao_lote"),
        (glosas, "conciliacao_soma_glosa", "conciliacao_glosa_lote"),
    ):
        for uma, outra in itertools.permutations((soma, visao)):
            achadas += oficina.linhas(f"{colunas}{uma} EXCEPT ALL {colunas}{outra}")
    return achadas


def refazer(oficina: Oficina) -> int:
    with oficina.repo.transacao() as t:
        return conciliacao.atualizar(t)


@pytest.mark.parametrize("guardadas", [True, False])
def test_sums_are_the_views_to_the_centavo(faturado: Oficina, guardadas: bool) -> None:
    if guardadas:
        assert refazer(faturado) == 3
        assert faturado.valor("SELECT count(*) FROM tiss.soma_vencida") == 0
    assert faturado.valor("SELECT count(*) FROM tiss.conciliacao_soma") == 3
    assert faturado.valor("SELECT count(*) FROM tiss.conciliacao_soma_glosa") == 1
    assert diferencas(faturado) == []


# Whatever is summed, changed by hand.
MUDANCAS = {
    "a verdict": "UPDATE tiss.guia_tiss_envio SET valor_liberado = 1, valor_glosado = 149",
    "a sending that ended": "UPDATE tiss.guia_tiss_envio SET viva = false",
    "a price": "UPDATE tiss.guia SET valor_informado = valor_informado + 0.01",
    "a guia that ended": "UPDATE tiss.guia SET viva = false, encerrada_por = 'Ana',"
    " encerrada_motivo = 'x'",
    "a guia that is cancelled": "UPDATE tiss.guia SET status = 'CANCELADA'",
    "a protocolo less": "UPDATE tiss.lote SET status = 'CANCELANDO', protocolo = NULL,"
    " prazo = now(), dono = 'x'",
    "another month": "UPDATE tiss.lote SET data_envio = data_envio - interval '40 days'",
    "a payment": "INSERT INTO tiss.pagamento (contrato_id, envio_id, protocolo,"
    " numero_guia_prestador, recurso, data_pagamento, valor_liberado, ocorrencia,"
    " demonstrativo_numero)"
    " SELECT 1, id, 'P', '1', false, current_date, 0.01, 1, '9' FROM tiss.guia_tiss_envio LIMIT 1",
    "a payment that was changed": "UPDATE tiss.pagamento SET valor_liberado = 1",
    "a payment that was moved": "UPDATE tiss.pagamento SET envio_id = ("
    " SELECT max(id) FROM tiss.guia_tiss_envio)",
    "a payment less": "DELETE FROM tiss.pagamento",
    "no payments": "TRUNCATE tiss.pagamento",
    "a glosa less": "DELETE FROM tiss.glosa",
    "no glosas": "TRUNCATE tiss.glosa",
    "another code": "UPDATE tiss.glosa SET codigo = '1801'",
}


@pytest.mark.parametrize("mudanca", MUDANCAS)
@pytest.mark.parametrize("papel", ["origin", "replica"])
def test_nothing_changes_behind_the_sums(faturado: Oficina, mudanca: str, papel: str) -> None:
    refazer(faturado)
    antes = faturado.linhas("SELECT * FROM tiss.conciliacao_soma ORDER BY lote_id")
    glosas = faturado.linhas("SELECT * FROM tiss.conciliacao_soma_glosa")
    # Also by a tool that switches triggers off.
    faturado.fazer(f"SET session_replication_role = {papel}")
    faturado.fazer(MUDANCAS[mudanca])
    faturado.fazer("SET session_replication_role = origin")
    assert diferencas(faturado) == []
    depois = faturado.linhas("SELECT * FROM tiss.conciliacao_soma ORDER BY lote_id")
    assert (antes, glosas) != (depois, faturado.linhas("SELECT * FROM tiss.conciliacao_soma_glosa"))
    refazer(faturado)
    assert diferencas(faturado) == []


def test_the_month_is_that_of_the_place(faturado: Oficina) -> None:
    faturado.fazer("UPDATE tiss.lote SET data_envio = '2026-10-01 01:00Z'")
    refazer(faturado)
    competencias = "SELECT DISTINCT competencia::text FROM tiss.conciliacao_soma"
    assert faturado.valor(competencias) == "2026-09-01"
    faturado.fazer("UPDATE tiss.contrato SET fuso = 'UTC'")
    assert faturado.valor(competencias) == "2026-10-01"
    assert diferencas(faturado) == []


def test_from_the_lote_to_the_money_that_a_recurso_brings_back(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.enderecar(**SERVICOS_DE_RECURSO)
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = 30")
    recurso.gravar_modelo(oficina.repo, "1705", "Cobramos o valor contratado.", por="Ana")
    vistos = []

    def conferir() -> None:
        """Before sums are stored, and after."""
        assert diferencas(oficina) == []
        refazer(oficina)
        assert diferencas(oficina) == []
        vistos.append(
            [
                str(valor)
                for valor in oficina.linhas(
                    "SELECT sum(glosado) AS a, sum(em_recurso) AS b, sum(recuperado) AS c"
                    " FROM tiss.conciliacao_soma"
                )[0].values()
            ]
        )

    lote = oficina.lote(2, valor="350.00")
    assert oficina.enviar(lote) is None
    conferir()
    simulador.avancar(60)
    assert oficina.hora() == []
    conferir()
    _, do_recurso = um_aprovado(oficina)
    conferir()
    assert oficina.enviar(do_recurso) is None
    conferir()
    simulador.avancar(60)
    assert oficina.hora() == []
    conferir()
    assert vistos == [
        ["0.00", "0.00", "0.00"],
        ["100.00", "0.00", "0.00"],
        ["100.00", "0.00", "0.00"],
        ["100.00", "100.00", "0.00"],
        ["100.00", "0.00", "100.00"],
    ]


def test_what_is_asked_back_is_in_the_sums_while_the_operadora_has_it(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.enderecar(**SERVICOS_DE_RECURSO)
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = 30")
    recurso.gravar_modelo(oficina.repo, "1705", "Cobramos o valor contratado.", por="Ana")
    assert oficina.enviar(oficina.lote(2, valor="350.00")) is None
    simulador.avancar(60)
    oficina.hora()
    _, lote = um_aprovado(oficina)
    assert oficina.enviar(lote) is None
    em_recurso = "SELECT sum(em_recurso) FROM tiss.conciliacao_soma"
    for mudanca, esperado in (
        ("UPDATE tiss.recurso_item SET valor_acatado = 20", "0.00"),
        ("UPDATE tiss.recurso_item SET valor_acatado = NULL", "100.00"),
        ("UPDATE tiss.lote SET status = 'PROCESSADO' WHERE tipo_guia = 'RECURSO_GLOSA'", "0.00"),
    ):
        refazer(oficina)
        oficina.fazer(mudanca)
        assert oficina.valor(em_recurso) == Decimal(esperado)
        assert diferencas(oficina) == []


def test_what_was_announced_is_paid_on_its_day(faturado: Oficina) -> None:
    refazer(faturado)
    assert faturado.valor("SELECT sum(a_pagar) FROM tiss.conciliacao_soma") == Decimal("149.99")
    # Five days later, as far as a sum that was stored today can know.
    faturado.fazer("UPDATE tiss.soma_lote SET vale_antes_de = current_date WHERE a_pagar > 0")
    faturado.fazer("UPDATE tiss.soma_lote SET a_pagar = 0 WHERE vale_antes_de = current_date")
    assert diferencas(faturado) == []
    (janela,) = faturado.linhas("SELECT min(vale_antes_de) AS dia FROM tiss.soma_lote")
    assert janela["dia"] == faturado.valor("SELECT current_date")
    assert refazer(faturado) == 1
    assert faturado.valor("SELECT min(vale_antes_de) FROM tiss.soma_lote") == HOJE + timedelta(5)


def test_what_is_not_committed_when_sums_are_stored_is_summed_afterwards(
    faturado: Oficina, url_clinica: str
) -> None:
    with psycopg.connect(url_clinica) as outra:
        outra.execute("UPDATE tiss.guia SET valor_informado = valor_informado + 0.01")
        refazer(faturado)
        assert faturado.valor("SELECT count(*) FROM tiss.soma_vencida") == 0
        assert diferencas(faturado) == []
    assert faturado.valor("SELECT count(*) FROM tiss.soma_vencida") > 0
    assert diferencas(faturado) == []


def test_one_stores_sums_at_a_time_and_nobody_waits(faturado: Oficina, url_clinica: str) -> None:
    with psycopg.connect(url_clinica) as outra:
        assert outra.execute("SELECT tiss.refazer_somas()").fetchall() == [(3,)]
        assert refazer(faturado) == 0
        assert diferencas(faturado) == []
    assert diferencas(faturado) == []


def test_the_hour_leaves_nothing_to_be_summed(oficina: Oficina, simulador: Simulador) -> None:
    assert oficina.enviar(oficina.lote(2)) is None
    simulador.avancar(60)
    assert oficina.hora() == []
    assert oficina.valor("SELECT count(*) FROM tiss.soma_lote") == 1
    assert diferencas(oficina) == []


def test_no_search_reads_what_was_ever_billed(conexao: psycopg.Connection[Any]) -> None:
    volume.encher(conexao, 20_000)
    conexao.execute("SELECT tiss.refazer_somas()")
    conexao.execute("VACUUM ANALYZE")
    parametros = {
        "operadoras": [], "ambiente": "PRODUCAO", "de": HOJE.replace(day=1, month=1),
        "ate": HOJE.replace(day=1), "desde": HOJE.replace(day=1, month=1), "antes_de": HOJE,
        "limite": 10, "motivo": None, "chave": None, "subindo": False,
    }  # fmt: skip
    inteiras = {}
    for nome in (
        "conciliacao", "conciliacao_parados", "conciliacao_glosas", "conciliacao_pagamentos",
        "conciliacao_divergencias", "divergencias",
    ):  # fmt: skip
        pergunta = volume.Pergunta(
            nome, comando(f"lista/{nome}"), volume.POR_HORA, parametros=parametros
        )
        nos = list(volume.nos_de(volume.explicar(conexao, pergunta)["Plan"]))
        inteiras[nome] = volume.lidas_inteiras(nos) & CRESCEM
    assert {nome: lidas for nome, lidas in inteiras.items() if lidas} == {}


def test_a_poll_that_tells_nothing_new_leaves_no_mark(faturado: Oficina) -> None:
    refazer(faturado)
    faturado.fazer("UPDATE tiss.lote SET consultada_em = now(), proxima_consulta = now()")
    faturado.fazer("UPDATE tiss.guia SET resultado_gravado = true")
    assert faturado.valor("SELECT count(*) FROM tiss.soma_vencida") == 0
