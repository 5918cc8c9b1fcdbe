"""What rules get from the terminology of the database, whatever source it came from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from tiss.domain.terminologia import Periodo
from tiss.repository import Repositorio, Transacao
from tiss.repository.terminologia import TerminologiaDoBanco, consultar, substituir

TERMOS: list[tuple[str | None, ...]] = [
    ("22", "10101012", "Consulta", "2009-02-13", None),
    ("22", "40101010", "ECG", "2009-02-13", "2020-12-31"),
    ("22", "40101010", "ECG de 12 derivações", "2024-01-01", "2025-06-30"),
    ("38", "1705", "VALOR A MAIOR", None, None),
    ("38", "5063", "FORA DO XSD", None, None),
    ("38", "1801", "ENCERRADA", None, "2020-01-01"),
]
DOMINIOS: list[tuple[str | None, ...]] = [
    ("4.02.00", "dm_tipoGlosa", "1007", "CARÊNCIA"),
    ("4.03.00", "dm_tipoGlosa", "1007", "CARÊNCIA DO BENEFICIÁRIO"),
    ("4.03.00", "dm_tipoGlosa", "1705", "VALOR APRESENTADO A MAIOR"),
    ("4.03.00", "dm_tipoGlosa", "", None),
    ("4.03.00", "dm_sexo", "1", "Masculino"),
]
OPERADORAS: list[tuple[str | None, ...]] = [
    ("326305", "AMIL S.A.", "AMIL", None, None, "SP", "1998-12-24")
]


def gravar(t: Transacao, nome: str, conteudo: str, linhas: list[tuple[str | None, ...]]) -> int:
    return substituir(
        t, nome=nome, origem="do teste", sha256="0" * 64, conteudo=conteudo, linhas=linhas
    )


@pytest.fixture
def t(repo: Repositorio) -> Iterator[Transacao]:
    with repo.transacao() as transacao:
        gravar(transacao, "termos", "termos", TERMOS)
        gravar(transacao, "xsd", "dominios", DOMINIOS)
        gravar(transacao, "operadoras", "operadoras", OPERADORAS)
    with repo.transacao() as transacao:
        yield transacao


def test_a_term_comes_with_its_words_and_its_validity(t: Transacao) -> None:
    termo = consultar(t, termos=[("22", "10101012")]).termo("22", "10101012")
    assert termo is not None
    assert (termo.codigo, termo.descricao) == ("10101012", "Consulta")
    assert (termo.inicio, termo.fim, termo.anteriores) == (date(2009, 2, 13), None, ())


def test_a_code_with_two_periods_is_one_term_in_the_words_of_the_newest(t: Transacao) -> None:
    termo = consultar(t, termos=[("22", "40101010")]).termo("22", "40101010")
    assert termo is not None
    assert termo.descricao == "ECG de 12 derivações"
    assert (termo.inicio, termo.fim) == (date(2024, 1, 1), date(2025, 6, 30))
    assert termo.anteriores == (Periodo(date(2009, 2, 13), date(2020, 12, 31)),)
    assert not termo.vigente_em(date(2022, 1, 1))


def test_an_unknown_code_of_a_known_table_differs_from_one_of_an_unknown_table(
    t: Transacao,
) -> None:
    achada = consultar(t, termos=[("22", "99999999"), ("19", "70000000"), ("98", "P1")])
    assert [achada.termo("22", "99999999"), achada.termo("19", "70000000")] == [None, None]
    assert [achada.tabela_conhecida(tabela) for tabela in ("22", "19", "98")] == [
        True,
        False,
        False,
    ]


def test_a_code_is_looked_for_in_its_own_table(t: Transacao) -> None:
    achada = consultar(t, termos=[("38", "10101012"), ("22", "1705")])
    assert achada.termos == {}


def test_the_same_code_may_be_asked_for_many_times(t: Transacao) -> None:
    achada = consultar(
        t, termos=[("22", "10101012")] * 500, glosas=["1705"] * 500, operadoras=["326305"] * 500
    )
    assert achada.termo("22", "10101012")
    assert achada.descricao_glosa("1705")
    assert achada.operadora("326305") == "AMIL S.A."


def test_nothing_asked_is_nothing_answered(t: Transacao) -> None:
    vazia = consultar(t, termos=[])
    assert not vazia.tabela_conhecida("22")
    assert vazia.operadora("326305") is None


@pytest.mark.parametrize(
    ("codigo", "descricao"),
    [
        ("1705", "VALOR A MAIOR"),  # the current table before the XSD
        ("1007", "CARÊNCIA DO BENEFICIÁRIO"),  # gone from the table: newest XSD
        ("5063", "FORA DO XSD"),
        ("9999", None),
        ("", None),
    ],
)
def test_a_glosa_is_described_by_the_current_table_or_else_by_the_newest_xsd(
    t: Transacao, codigo: str, descricao: str | None
) -> None:
    assert consultar(t, termos=[], glosas=[codigo]).descricao_glosa(codigo) == descricao


def test_the_list_of_glosas_says_what_may_be_received_and_what_may_be_sent(
    t: Transacao, conexao: psycopg.Connection[Any]
) -> None:
    linhas = conexao.execute(
        "SELECT codigo, descricao, vigente, versoes FROM tiss.motivo_glosa ORDER BY codigo"
    ).fetchall()
    assert linhas == [
        ("1007", "CARÊNCIA DO BENEFICIÁRIO", False, ["4.02.00", "4.03.00"]),
        ("1705", "VALOR A MAIOR", True, ["4.03.00"]),
        ("1801", "ENCERRADA", False, []),
        ("5063", "FORA DO XSD", True, []),
    ]


def test_what_is_looked_up_one_by_one_is_what_is_looked_up_at_once(t: Transacao) -> None:
    termos = [("22", "10101012"), ("22", "99999999"), ("19", "70000000")]
    registros = ["326305", "999001"]
    junta = consultar(t, termos=termos, glosas=["1705", "9999"], operadoras=registros)
    uma_a_uma = TerminologiaDoBanco(t)
    for _ in range(2):
        assert [uma_a_uma.termo(*um) for um in termos] == [junta.termo(*um) for um in termos]
        assert [uma_a_uma.tabela_conhecida(tabela) for tabela in ("22", "19")] == [True, False]
        assert [uma_a_uma.operadora(um) for um in registros] == ["AMIL S.A.", None]
        assert [uma_a_uma.descricao_glosa(um) for um in ("1705", "9999")] == [
            junta.descricao_glosa(um) for um in ("1705", "9999")
        ]
    assert uma_a_uma.operadoras_conhecidas()
    assert junta.operadoras_conhecidas()


def test_a_register_that_was_not_loaded_is_not_known(repo: Repositorio) -> None:
    with repo.transacao() as t:
        assert not consultar(t, termos=[], operadoras=["326305"]).operadoras_conhecidas()
        assert not TerminologiaDoBanco(t).operadoras_conhecidas()


def test_an_unregistered_operadora_has_no_name(t: Transacao) -> None:
    assert consultar(t, termos=[], operadoras=["999999"]).operadora("999999") is None


def test_a_source_that_comes_again_replaces_its_rows_and_no_others(
    t: Transacao, conexao: psycopg.Connection[Any]
) -> None:
    assert gravar(t, "clínica", "termos", [("22", "40101010", "Nosso", "2025-07-01", None)])
    assert gravar(t, "termos", "termos", TERMOS[:2]) == 2
    termos = consultar(t, termos=[("22", "40101010"), ("38", "1705")])
    ecg = termos.termo("22", "40101010")
    assert ecg is not None
    assert (ecg.descricao, ecg.inicio, len(ecg.anteriores)) == ("Nosso", date(2025, 7, 1), 1)
    assert not termos.tabela_conhecida("38")
    # The others still see what was there.
    assert conexao.execute("SELECT count(*) FROM tiss.termo_tuss").fetchone() == (len(TERMOS),)
    t._conexao.commit()
    assert dict(conexao.execute("SELECT nome, linhas FROM tiss.terminologia_fonte").fetchall()) == {
        "termos": 2,
        "xsd": 5,
        "operadoras": 1,
        "clínica": 1,
    }


@pytest.mark.parametrize(
    "linha",
    [
        ("2", "1", "Tabela curta", None, None),
        ("22", "", "Sem código", None, None),
        ("22", "1", "Acaba antes de começar", "2025-01-02", "2025-01-01"),
        ("22", "1", None, None, None),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(
    repo: Repositorio, linha: tuple[str | None, ...]
) -> None:
    with pytest.raises(psycopg.IntegrityError), repo.transacao() as t:
        gravar(t, "termos", "termos", [linha])


def test_the_role_of_the_tasks_reads_and_does_not_write(t: Transacao, url_clinica: str) -> None:
    modesto = Repositorio(lambda: psycopg.connect(url_clinica, options="-c role=tiss_faturamento"))
    with modesto.transacao() as dela:
        achada = consultar(
            dela, termos=[("22", "10101012")], glosas=["1705"], operadoras=["326305"]
        )
        assert achada.termo("22", "10101012")
        assert dela.valores("terminologia/fontes")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), modesto.transacao() as dela:
        gravar(dela, "termos", "termos", [])
