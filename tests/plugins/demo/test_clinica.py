"""The invented attendances: repeatable, wrong in planned ways, never alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tiss.demo import cadastro, clinica
from tiss.demo.atendimentos import INTERVALO_DEFEITO, agendar
from tiss.demo.clinica import Defeito, Resumo
from tiss.demo.procedimentos import FORA_DE_VIGENCIA, TOMOGRAFIA

Conexao = psycopg.Connection[Any]
Visao = Callable[..., list[dict[str, Any]]]
Digests = Callable[[], dict[str, str]]
HOJE = date(2025, 6, 30)
LINHAS = ["pacientes", "consultas", "itens", "equipes", "despesas", "internacoes", "autorizacoes"]
INICIO = HOJE - timedelta(cadastro.DIAS_DE_CONTRATO)


def gerar(conexao: Conexao, consultas: int = 300, semente: int = 1) -> Resumo:
    return clinica.gerar(conexao, consultas=consultas, semente=semente, hoje=HOJE)


def retrato(conexao: Conexao) -> dict[str, list[Any]]:
    tabelas = (
        "clinica convenio medico procedimento insumo hospital hospital_convenio paciente consulta"
        " consulta_item consulta_equipe consulta_despesa internacao autorizacao"
    )
    return {
        tabela: conexao.execute(f"SELECT * FROM clinica.{tabela} ORDER BY 1, 2, 3").fetchall()
        for tabela in tabelas.split()
    }


def test_equal_arguments_give_equal_rows(conexao: Conexao) -> None:
    with conexao.transaction(force_rollback=True):
        primeiro, retrato_do_primeiro = gerar(conexao), retrato(conexao)
    assert gerar(conexao) == primeiro
    assert retrato(conexao) == retrato_do_primeiro


def test_another_day_gives_the_same_attendances_on_other_dates() -> None:
    def sem_datas(hoje: date) -> list[tuple[Any, ...]]:
        agenda = agendar(
            consultas=48, semente=1, hoje=hoje, primeira_consulta=1, primeiro_paciente=1
        )
        return [
            tuple(valor for valor in linha if not isinstance(valor, date))
            for nome in LINHAS
            for linha in getattr(agenda, nome)
        ]

    dias = [HOJE + timedelta(n) for n in range(370)]
    assert len({repr(sem_datas(dia)) for dia in dias}) == 1


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
    assert resumo.faturaveis == consultas - 9 * (consultas // INTERVALO_DEFEITO)


DEFEITOS = {
    Defeito.SEM_CARTEIRA: "numero_carteira IS NULL",
    Defeito.CARACTERE_TRANSLITERAVEL: "observacao ~ '[–“”€]'",
    Defeito.CARACTERE_IMPOSSIVEL: "observacao ~ '漢'",
    Defeito.VALOR_ZERO: 'itens @> \'[{"valor_total": "0.00"}]\'',
    Defeito.OPERADORA_DESCONHECIDA: "registro_ans = '999999'",
    Defeito.CONSELHO_AUSENTE: "numero_conselho_profissional IS NULL",
    Defeito.CONSELHO_MALFORMADO: "length(numero_conselho_profissional) > 15",
    Defeito.ANTES_DO_INICIO: f"data_atendimento < '{INICIO}'",
    Defeito.CODIGO_FORA_DE_VIGENCIA: (
        f'itens @> \'[{{"codigo_procedimento": "{FORA_DE_VIGENCIA.codigo}"}}]\''
    ),
    Defeito.CAMPO_DESCONHECIDO: "complemento ? 'cobertura_especal'",
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
    Defeito.CODIGO_FORA_DE_VIGENCIA: (
        "UPDATE clinica.consulta_item SET codigo = '40304361'"
        f" WHERE codigo = '{FORA_DE_VIGENCIA.codigo}'"
    ),
    Defeito.CAMPO_DESCONHECIDO: "UPDATE clinica.consulta SET campos_tiss = '{}'",
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


COPIAS = """
SELECT min(item.consulta_id), max(item.consulta_id), count(DISTINCT item.consulta_id)
FROM clinica.consulta_item AS item
JOIN clinica.consulta ON consulta.id = item.consulta_id
JOIN clinica.paciente ON paciente.id = consulta.paciente_id
GROUP BY paciente.numero_carteira, item.data_execucao, item.codigo
HAVING count(DISTINCT item.consulta_id) > 1
"""


def test_no_two_attendances_look_like_copies_but_the_planned_ones(conexao: Conexao) -> None:
    """Card, date, branch and procedure: an operadora takes the second for a copy of the first."""
    planejadas = sum(
        gerar(conexao, consultas=1500).por_defeito[Defeito.ATENDIMENTO_REPETIDO] for _ in range(2)
    )
    copias = conexao.execute(COPIAS).fetchall()
    assert all(quantas == 2 and segunda == primeira + 1 for primeira, segunda, quantas in copias)
    assert len({primeira for primeira, _, _ in copias}) == planejadas


def test_the_operadora_does_not_take_a_planned_copy_for_the_same_line(conexao: Conexao) -> None:
    """Its ledger tells lines apart by their number too: a copy is warned of, and not refused."""
    gerar(conexao, consultas=1500)
    iguais = conexao.execute(
        "SELECT FROM clinica.consulta_item AS item JOIN clinica.consulta ON consulta.id ="
        " item.consulta_id JOIN clinica.consulta_item AS outro ON outro.consulta_id ="
        " consulta.id + 1 AND outro.codigo = item.codigo AND outro.sequencial_item ="
        " item.sequencial_item JOIN clinica.consulta AS outra ON outra.id = outro.consulta_id"
        " WHERE outra.paciente_id = consulta.paciente_id"
        " AND outra.data_atendimento = consulta.data_atendimento"
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
    assert 20 <= resumo.acima_do_preco <= 40
    assert 1 <= resumo.com_nao_coberto <= 30
    assert 100 <= resumo.autorizadas <= 200
    assert 230 <= resumo.por_tipo["SP_SADT"] <= 370
    assert 35 <= resumo.por_tipo["HONORARIOS"] <= 70


def test_a_number_given_beforehand_never_meets_the_sequence(conexao: Conexao, visao: Visao) -> None:
    gerar(conexao, consultas=1000)
    numeros = [
        linha["numero_guia_prestador"] for linha in visao("numero_guia_prestador IS NOT NULL")
    ]
    assert 8 <= len(numeros) <= 40
    assert all(numero.startswith("A") and len(numero) <= 20 for numero in numeros)


def test_surgery_is_paid_to_its_team_and_within_its_stay(conexao: Conexao, visao: Visao) -> None:
    gerar(conexao, consultas=1000)
    guias = visao("tipo_guia = 'HONORARIOS'")
    assert guias
    for linha in guias:
        complemento = linha["complemento"]
        inicio, fim = (complemento[f"data_{ponta}_faturamento"] for ponta in ("inicio", "fim"))
        assert inicio <= fim <= str(HOJE)
        vistas = set()
        for item in linha["itens"]:
            (membro,) = item["equipe"]
            vistas.add((item["codigo_procedimento"], membro["grau_participacao"]))
            assert inicio <= item["data_execucao"] <= fim
            segundo = item["via_acesso"] == "2" or item["reducao_acrescimo"] in ("0.50", "0.15")
            auxiliar = membro["grau_participacao"] == "01"
            esperado = (Decimal("0.5") if segundo else 1) * (Decimal("0.3") if auxiliar else 1)
            assert Decimal(item["reducao_acrescimo"]) == esperado
        assert len(vistas) == len(linha["itens"])


def test_some_surgery_has_two_procedures_an_assistant_and_either_name_of_the_hospital(
    conexao: Conexao, visao: Visao
) -> None:
    gerar(conexao, consultas=1000)
    guias = visao("tipo_guia = 'HONORARIOS'")
    fatores = {item["reducao_acrescimo"] for linha in guias for item in linha["itens"]}
    assert fatores == {"1.00", "0.50", "0.30", "0.15"}
    nomes = {nome for linha in guias for nome in linha["complemento"]["local_contratado"]["codigo"]}
    assert nomes == {"codigoNaOperadora", "cnpjLocalExecutante"}


def test_tomography_comes_with_its_contrast(conexao: Conexao, visao: Visao) -> None:
    gerar(conexao, consultas=1000)
    com_despesas = visao("despesas <> '[]'")
    assert com_despesas
    for linha in com_despesas:
        (despesa,) = linha["despesas"]
        usado_em = linha["itens"][despesa["item_vinculado"] - 1]
        assert (linha["tipo_guia"], usado_em["codigo_procedimento"]) == ("SP_SADT", TOMOGRAFIA)
        assert despesa["sequencial_item"] == len(linha["itens"]) + 1
