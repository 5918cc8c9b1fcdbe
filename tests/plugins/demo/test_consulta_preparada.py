"""The contract of the view: its columns, its digest, and what it costs to search it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest

from tiss.demo import clinica
from tiss.demo.cirurgias import HOSPITAIS
from tiss.demo.pessoas import MEDICOS

Conexao = psycopg.Connection[Any]
Visao = Callable[..., list[dict[str, Any]]]
Digests = Callable[[], dict[str, str]]
HOJE = date(2025, 6, 30)
CONTRATO = """
consulta_id text, clinica_id text, registro_ans text, tipo_guia text, data_atendimento date,
numero_carteira text, atendimento_rn boolean, nome_profissional text, conselho_profissional text,
numero_conselho_profissional text, uf text, cbo text, indicacao_acidente text,
regime_atendimento text, tipo_consulta text, tipo_atendimento text, carater_atendimento text,
indicacao_clinica text, data_solicitacao date, nome_solicitante text, conselho_solicitante text,
numero_conselho_solicitante text, uf_solicitante text, cbo_solicitante text,
numero_guia_prestador text, numero_guia_operadora text, senha text, data_autorizacao date,
data_validade_senha date, observacao text, itens jsonb, despesas jsonb,
complemento jsonb, resultado text, digest text
"""
ITEM = {
    "sequencial_item": 1,
    "codigo_tabela": "22",
    "codigo_procedimento": "10101012",
    "descricao": "Consulta em consultório (no horário normal ou preestabelecido)",
    "data_execucao": "2025-06-30",
    "hora_inicial": None,
    "hora_final": None,
    "quantidade": "1",
    "via_acesso": None,
    "tecnica_utilizada": None,
    "reducao_acrescimo": "1.00",
    "valor_unitario": "150.00",
    "valor_total": "150.00",
    "equipe": [],
}
DESPESA = {
    "sequencial_item": 2,
    "codigo_despesa": "02",
    "codigo_tabela": "20",
    "codigo_procedimento": "90284640",
    "descricao": "ULTRAVIST",
    "data_execucao": "2025-06-30",
    "quantidade": "1.5",
    "unidade_medida": "013",
    "reducao_acrescimo": "1.00",
    "valor_unitario": "138.75",
    "valor_total": "208.13",
    "item_vinculado": 1,
}


def com_exame(conexao: Conexao) -> None:
    conexao.execute(
        "INSERT INTO clinica.consulta_item (consulta_id, sequencial_item, codigo, data_execucao,"
        " quantidade, reducao_acrescimo, valor_unitario)"
        " VALUES (900, 2, '40304361', '2025-06-30', 3, 0.5, 18.55)"
    )


def com_despesa(conexao: Conexao) -> None:
    conexao.execute(
        "INSERT INTO clinica.consulta_despesa (consulta_id, sequencial_item, insumo,"
        " data_execucao, quantidade, valor_unitario, item_vinculado)"
        " VALUES (900, 2, '90284640', '2025-06-30', 1.5, 138.75, 1)"
    )


def no_hospital(conexao: Conexao, hospital: int = 1) -> None:
    """The one attendance becomes an operation by medico 1, with medico 2 as assistant."""
    conexao.execute(
        "UPDATE clinica.consulta_item SET codigo = '31005497', valor_unitario = 1840.05,"
        " reducao_acrescimo = 0.3, hora_inicial = '07:30', hora_final = '09:00',"
        " via_acesso = '1', tecnica_utilizada = '2'"
    )
    conexao.execute(
        "INSERT INTO clinica.internacao VALUES (900, %s, '778899', '2025-06-29', '2025-06-30')",
        [hospital],
    )
    conexao.execute("INSERT INTO clinica.consulta_equipe VALUES (900, 1, 2, '01')")


def plano(conexao: Conexao, consulta: str) -> str:
    """The plan for a clinic with many rows, where reading a whole table is never cheapest."""
    conexao.execute("SET LOCAL enable_seqscan = off")
    return "\n".join(linha[0] for linha in conexao.execute("EXPLAIN " + consulta))


# The view


def test_the_columns_are_the_contract(conexao: Conexao) -> None:
    colunas = conexao.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'tiss'"
        " AND table_name = 'consulta_preparada' ORDER BY ordinal_position"
    ).fetchall()
    contrato = [tuple(par.split()) for par in CONTRATO.split(",")]
    assert colunas == contrato


def test_every_column_is_documented(conexao: Conexao) -> None:
    mudas = conexao.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'tiss.consulta_preparada'::regclass"
        " AND attnum > 0 AND col_description(attrelid, attnum) IS NULL"
    ).fetchall()
    assert mudas == []


def test_a_consultation_alone_is_a_guia_de_consulta(uma: Conexao, visao: Visao) -> None:
    (linha,) = visao()
    assert linha["tipo_guia"] == "CONSULTA"
    assert linha["itens"] == [ITEM]
    assert linha["tipo_consulta"] == "1"
    assert (linha["despesas"], linha["complemento"]) == ([], {})
    so_de_sadt = (
        "tipo_atendimento",
        "carater_atendimento",
        "indicacao_clinica",
        "data_solicitacao",
    )
    assert [linha[nome] for nome in so_de_sadt] == [None] * 4


def test_a_consultation_with_exams_is_one_sp_sadt(uma: Conexao, visao: Visao) -> None:
    com_exame(uma)
    (linha,) = visao()
    assert linha["tipo_guia"] == "SP_SADT"
    assert (linha["tipo_atendimento"], linha["carater_atendimento"]) == ("04", "1")
    assert [item["sequencial_item"] for item in linha["itens"]] == [1, 2]
    assert linha["itens"][1]["quantidade"] == "3"
    assert linha["itens"][1]["reducao_acrescimo"] == "0.50"
    assert linha["itens"][1]["valor_total"] == "27.83"


def test_exams_alone_are_a_sp_sadt_that_is_no_consultation(uma: Conexao, visao: Visao) -> None:
    uma.execute("UPDATE clinica.consulta_item SET codigo = '40304361'")
    (linha,) = visao()
    assert linha["tipo_guia"] == "SP_SADT"
    assert (linha["tipo_atendimento"], linha["tipo_consulta"]) == ("23", None)


def test_a_consultation_with_expenses_is_a_sp_sadt(uma: Conexao, visao: Visao) -> None:
    com_despesa(uma)
    (linha,) = visao()
    assert (linha["tipo_guia"], linha["tipo_atendimento"]) == ("SP_SADT", "04")
    assert linha["despesas"] == [DESPESA]


def test_an_operation_in_a_hospital_is_a_guia_de_honorarios(uma: Conexao, visao: Visao) -> None:
    no_hospital(uma)
    (linha,) = visao()
    assert linha["tipo_guia"] == "HONORARIOS"
    assert [linha[nome] for nome in ("tipo_atendimento", "tipo_consulta")] == [None] * 2
    assert linha["carater_atendimento"] == "1"
    assert linha["complemento"] == {
        "guia_solic_internacao": "778899",
        "data_inicio_faturamento": "2025-06-29",
        "data_fim_faturamento": "2025-06-30",
        "local_contratado": {
            "codigo": {"cnpjLocalExecutante": HOSPITAIS[0].cnpj},
            "nome": "Hospital Modelo Santa Clara",
            "cnes": "9200033",
        },
    }
    (item,) = linha["itens"]
    assert (item["hora_inicial"], item["hora_final"]) == ("07:30:00", "09:00:00")
    assert (item["via_acesso"], item["tecnica_utilizada"]) == ("1", "2")
    assert (item["reducao_acrescimo"], item["valor_total"]) == ("0.30", "552.02")
    assert item["equipe"] == [
        {
            "grau_participacao": "01",
            "codigo": {"cpfContratado": MEDICOS[1].cpf},
            "nome": "João Antônio Brandão",
            "conselho": "06",
            "numero_conselho": "98714",
            "uf": "35",
            "cbo": "225125",
        }
    ]


def test_a_hospital_has_the_code_that_the_operadora_told(uma: Conexao, visao: Visao) -> None:
    no_hospital(uma)
    uma.execute("UPDATE clinica.consulta SET convenio_id = 2")
    codigo = visao()[0]["complemento"]["local_contratado"]["codigo"]
    assert codigo == {"codigoNaOperadora": "70011"}


def test_what_has_no_column_goes_along_as_the_clinic_wrote_it(uma: Conexao, visao: Visao) -> None:
    uma.execute("""UPDATE clinica.consulta SET campos_tiss = '{"cod_validacao": "123"}'""")
    assert visao()[0]["complemento"] == {"cod_validacao": "123"}
    no_hospital(uma)
    assert {"cod_validacao", "local_contratado"} <= visao()[0]["complemento"].keys()


def test_what_the_clinic_does_not_know_is_null(uma: Conexao, visao: Visao) -> None:
    uma.execute("UPDATE clinica.consulta_item SET valor_unitario = NULL")
    (item,) = visao()[0]["itens"]
    assert (item["valor_unitario"], item["valor_total"]) == (None, None)


def test_an_attendance_without_items_has_an_empty_list(uma: Conexao, visao: Visao) -> None:
    uma.execute("DELETE FROM clinica.consulta_item")
    (linha,) = visao()
    assert (linha["tipo_guia"], linha["itens"]) == ("CONSULTA", [])


def test_what_is_not_prepared_is_not_there(uma: Conexao, visao: Visao) -> None:
    uma.execute("UPDATE clinica.consulta SET preparado_tiss = false")
    assert visao() == []


# The digest


MUDANCAS = {
    "uma coluna da consulta": "UPDATE clinica.consulta SET observacao = 'outra'",
    "de nulo a vazio": "UPDATE clinica.consulta SET observacao = ''",
    "o médico": "UPDATE clinica.medico SET cbo = '225120' WHERE id = 1",
    "o convênio": "UPDATE clinica.convenio SET registro_ans = '999009' WHERE id = 1",
    "o valor": "UPDATE clinica.consulta_item SET valor_unitario = 150.01",
    "a descrição": "UPDATE clinica.procedimento SET descricao = 'x' WHERE codigo = '10101012'",
    "um item a mais": "INSERT INTO clinica.consulta_item VALUES (900, 2, '40304361', '2025-06-30')",
    "uma despesa": (
        "INSERT INTO clinica.consulta_despesa VALUES (900, 2, '90284640', '2025-06-30')"
    ),
    "a equipe": "INSERT INTO clinica.consulta_equipe VALUES (900, 1, 2, '00')",
    "a internação": (
        "INSERT INTO clinica.internacao VALUES (900, 1, '7', '2025-06-30', '2025-06-30')"
    ),
    "um campo à parte": """UPDATE clinica.consulta SET campos_tiss = '{"cod_validacao": "1"}'""",
    "uma autorização": "INSERT INTO clinica.autorizacao VALUES (900, NULL, '7', '1', '2025-06-01')",
}


@pytest.mark.parametrize("mudanca", MUDANCAS.values(), ids=MUDANCAS)
def test_the_digest_changes_with_anything_that_enters_a_guia(
    uma: Conexao, mudanca: str, digests: Digests
) -> None:
    antes = digests()
    uma.execute(mudanca)
    assert digests()["900"] != antes["900"]


@pytest.mark.parametrize(
    "mudanca",
    [
        "UPDATE clinica.paciente SET nome = 'Outro Nome'",
        "UPDATE clinica.consulta SET status_tiss = 'AUTORIZADA', resultado_em = now()",
        "UPDATE clinica.consulta SET paciente_id = paciente_id",
    ],
)
def test_the_digest_ignores_what_does_not_enter_a_guia(
    uma: Conexao, mudanca: str, digests: Digests
) -> None:
    antes = digests()
    uma.execute(mudanca)
    assert digests() == antes


def test_the_digest_is_the_same_in_every_session(conexao: Conexao, digests: Digests) -> None:
    clinica.gerar(conexao, consultas=300, hoje=HOJE)
    antes = digests()
    conexao.execute("SET LOCAL TimeZone = 'Pacific/Kiritimati'")
    conexao.execute("SET LOCAL DateStyle = 'German, DMY'")
    conexao.execute("SET LOCAL IntervalStyle = 'sql_standard'")
    conexao.execute("SET LOCAL extra_float_digits = -15")
    conexao.execute("SET LOCAL search_path = pg_catalog")
    assert digests() == antes


def test_two_attendances_never_have_the_same_digest(conexao: Conexao, digests: Digests) -> None:
    clinica.gerar(conexao, consultas=300, hoje=HOJE)
    assert len(set(digests().values())) == len(digests())


# Plans


@pytest.mark.parametrize(
    ("onde", "indice"),
    [
        ("consulta_id = '7'", "consulta_id_texto"),
        ("consulta_id = ANY (ARRAY['7', '8'])", "consulta_id_texto"),
        (
            "clinica_id = 'FILIAL' AND registro_ans = '999003' AND resultado IS NULL",
            "consulta_sem_resultado",
        ),
        ("data_atendimento = '2025-06-30'", "consulta_data"),
    ],
)
def test_a_search_reads_an_index(conexao: Conexao, onde: str, indice: str) -> None:
    clinica.gerar(conexao, consultas=2000, hoje=HOJE)
    texto = plano(conexao, f"SELECT * FROM tiss.consulta_preparada WHERE {onde}")
    assert indice in texto
    for chave in ("consulta_item_pkey", "consulta_equipe_pkey", "consulta_despesa_pkey"):
        assert chave in texto


def test_listing_the_keys_does_not_read_the_items(conexao: Conexao) -> None:
    clinica.gerar(conexao, consultas=300, hoje=HOJE)
    chaves = "consulta_id, clinica_id, registro_ans, data_atendimento"
    texto = plano(conexao, f"SELECT {chaves} FROM tiss.consulta_preparada")
    assert not {"item", "despesa", "internacao"} & set(re.findall("[a-z]+", texto))


def test_a_clinic_of_before_the_new_columns_gets_them(uma: Conexao, digests: Digests) -> None:
    antes = digests()
    uma.execute(
        "DROP VIEW tiss.consulta_preparada;"
        " CREATE VIEW tiss.consulta_preparada AS SELECT 'x' AS consulta_id, 'y' AS digest;"
        " ALTER TABLE clinica.consulta DROP campos_tiss;"
        " ALTER TABLE clinica.consulta_item DROP hora_inicial, DROP hora_final, DROP via_acesso,"
        " DROP tecnica_utilizada"
    )
    clinica.instalar(uma)
    assert digests() == antes


def test_installing_again_changes_nothing(uma: Conexao, digests: Digests) -> None:
    antes = digests()
    clinica.instalar(uma)
    assert digests() == antes
