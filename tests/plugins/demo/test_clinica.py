"""The invented attendances: repeatable, wrong in planned ways, never alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from tiss.demo import cadastro, clinica
from tiss.demo.atendimentos import INTERVALO_DEFEITO
from tiss.demo.clinica import Defeito, Resumo

Conexao = psycopg.Connection[Any]
Visao = Callable[..., list[dict[str, Any]]]
Digests = Callable[[], dict[str, str]]
HOJE = date(2025, 6, 30)
INICIO = HOJE - timedelta(cadastro.DIAS_DE_CONTRATO)


def gerar(conexao: Conexao, consultas: int = 300, semente: int = 1) -> Resumo:
    return clinica.gerar(conexao, consultas=consultas, semente=semente, hoje=HOJE)


def retrato(conexao: Conexao) -> dict[str, list[Any]]:
    tabelas = "clinica convenio medico procedimento paciente consulta consulta_item autorizacao"
    return {
        tabela: conexao.execute(f"SELECT * FROM clinica.{tabela} ORDER BY 1, 2").fetchall()
        for tabela in tabelas.split()
    }


def test_equal_arguments_give_equal_rows(conexao: Conexao) -> None:
    with conexao.transaction(force_rollback=True):
        primeiro, retrato_do_primeiro = gerar(conexao), retrato(conexao)
    assert gerar(conexao) == primeiro
    assert retrato(conexao) == retrato_do_primeiro


def test_another_seed_gives_other_rows(conexao: Conexao) -> None:
    with conexao.transaction(force_rollback=True):
        gerar(conexao)
        um = retrato(conexao)
    gerar(conexao, semente=2)
    assert retrato(conexao)["consulta"] != um["consulta"]


def test_a_second_call_adds_and_changes_nothing_of_the_first(
    conexao: Conexao, digests: Digests
) -> None:
    gerar(conexao)
    antes = digests()
    gerar(conexao)
    depois = digests()
    assert depois.items() >= antes.items()
    assert conexao.execute("SELECT count(*) FROM clinica.consulta").fetchone() == (600,)


def test_a_row_added_by_hand_takes_the_next_number(conexao: Conexao) -> None:
    gerar(conexao)
    linha = conexao.execute(
        "INSERT INTO clinica.consulta (clinica_id, paciente_id, convenio_id, medico_id,"
        " data_atendimento) VALUES ('MATRIZ', 1, 1, 1, '2025-06-30') RETURNING id"
    ).fetchone()
    assert linha == (301,)


@pytest.mark.parametrize("consultas", [100, 1000])
def test_the_summary_counts_what_is_there(conexao: Conexao, consultas: int, visao: Visao) -> None:
    resumo = gerar(conexao, consultas=consultas)
    linha = conexao.execute(
        "SELECT (SELECT count(*) FROM clinica.consulta),"
        " (SELECT count(*) FROM clinica.consulta_item),"
        " (SELECT count(*) FROM clinica.autorizacao)"
    ).fetchone()
    assert linha == (resumo.consultas, resumo.itens, resumo.autorizadas)
    conexao.execute("UPDATE clinica.consulta SET preparado_tiss = true")
    assert Counter(linha["tipo_guia"] for linha in visao()) == resumo.por_tipo


@pytest.mark.parametrize("consultas", [INTERVALO_DEFEITO, 1000])
def test_every_defect_occurs_in_its_share(conexao: Conexao, consultas: int) -> None:
    resumo = gerar(conexao, consultas=consultas)
    assert resumo.por_defeito == dict.fromkeys(Defeito, consultas // INTERVALO_DEFEITO)
    assert resumo.faturaveis == consultas - 8 * (consultas // INTERVALO_DEFEITO)


DEFEITOS = {
    Defeito.SEM_CARTEIRA: "numero_carteira IS NULL",
    Defeito.CARACTERE_TRANSLITERAVEL: "observacao ~ '[–“”€]'",
    Defeito.CARACTERE_IMPOSSIVEL: "observacao ~ '漢'",
    Defeito.VALOR_ZERO: 'itens @> \'[{"valor_total": "0.00"}]\'',
    Defeito.OPERADORA_DESCONHECIDA: "registro_ans = '999999'",
    Defeito.CONSELHO_AUSENTE: "numero_conselho_profissional IS NULL",
    Defeito.CONSELHO_MALFORMADO: "length(numero_conselho_profissional) > 15",
    Defeito.ANTES_DO_INICIO: f"data_atendimento < '{INICIO}'",
}
CORRECOES = {
    Defeito.SEM_CARTEIRA: "UPDATE clinica.consulta SET numero_carteira = '123456789'",
    Defeito.CARACTERE_TRANSLITERAVEL: "UPDATE clinica.consulta SET observacao = NULL",
    Defeito.CARACTERE_IMPOSSIVEL: "UPDATE clinica.consulta SET observacao = NULL",
    Defeito.VALOR_ZERO: "UPDATE clinica.consulta_item SET valor_unitario = 100",
    Defeito.OPERADORA_DESCONHECIDA: "UPDATE clinica.consulta SET convenio_id = 1",
    Defeito.CONSELHO_AUSENTE: "UPDATE clinica.medico SET numero_conselho = '123456'",
    Defeito.CONSELHO_MALFORMADO: "UPDATE clinica.medico SET numero_conselho = '123456'",
    Defeito.ANTES_DO_INICIO: f"UPDATE clinica.consulta SET data_atendimento = '{HOJE}'",
}


@pytest.mark.parametrize("defeito", DEFEITOS)
def test_a_defect_shows_in_the_view_and_its_correction_changes_the_digest(
    conexao: Conexao, defeito: Defeito, visao: Visao, digests: Digests
) -> None:
    resumo = gerar(conexao)
    erradas = visao(DEFEITOS[defeito])
    assert len(erradas) == resumo.por_defeito[defeito]
    conexao.execute(CORRECOES[defeito])
    depois = digests()
    assert all(depois[linha["consulta_id"]] != linha["digest"] for linha in erradas)
    assert visao(DEFEITOS[defeito]) == []


def test_what_is_not_prepared_is_in_the_clinic_only(conexao: Conexao, visao: Visao) -> None:
    resumo = gerar(conexao)
    assert len(visao()) == resumo.consultas - resumo.por_defeito[Defeito.NAO_PREPARADA]


def test_every_character_but_the_planned_ones_is_iso_8859_1(conexao: Conexao, visao: Visao) -> None:
    gerar(conexao, consultas=1000)
    normais = visao("observacao IS NULL OR observacao !~ '[–漢]'")
    assert len(normais) == 1000 - 10 * 3
    for linha in normais:
        str(linha).encode("iso-8859-1")


def test_no_two_attendances_look_like_copies(conexao: Conexao) -> None:
    """Card, date, branch and procedure: an operadora takes the second for a copy of the first."""
    for _ in range(2):
        gerar(conexao, consultas=1500)
    iguais = conexao.execute(
        "SELECT paciente.numero_carteira, item.data_execucao, item.codigo"
        " FROM clinica.consulta_item AS item"
        " JOIN clinica.consulta ON consulta.id = item.consulta_id"
        " JOIN clinica.paciente ON paciente.id = consulta.paciente_id"
        " GROUP BY 1, 2, 3 HAVING count(*) > 1"
    ).fetchall()
    assert iguais == []


def test_no_attendance_is_in_the_future_and_the_good_ones_are_in_the_contrato(
    conexao: Conexao, visao: Visao
) -> None:
    resumo = gerar(conexao, consultas=1000)
    datas = [linha["data_atendimento"] for linha in visao()]
    assert max(datas) <= HOJE
    assert sum(data < INICIO for data in datas) == resumo.por_defeito[Defeito.ANTES_DO_INICIO]


def test_what_the_simulated_operadora_will_refuse_is_in_its_share(conexao: Conexao) -> None:
    resumo = gerar(conexao, consultas=1000)
    assert 15 <= resumo.negadas <= 45
    assert 30 <= resumo.acima_do_preco <= 40
    assert 1 <= resumo.com_nao_coberto <= 30
    assert 60 <= resumo.autorizadas <= 140
    assert 230 <= resumo.por_tipo["SP_SADT"] <= 370


def test_a_number_given_beforehand_never_meets_the_sequence(conexao: Conexao, visao: Visao) -> None:
    gerar(conexao, consultas=1000)
    numeros = [
        linha["numero_guia_prestador"] for linha in visao("numero_guia_prestador IS NOT NULL")
    ]
    assert 8 <= len(numeros) <= 40
    assert all(numero.startswith("A") and len(numero) <= 20 for numero in numeros)
