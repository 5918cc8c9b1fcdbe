"""The registration of the demo: what is billed to whom, and what the simulator is told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import psycopg

from tiss.demo import cadastro
from tiss.domain.regras import faltas_das_regras

Conexao = psycopg.Connection[Any]
HOJE = date(2025, 6, 30)
URL = "http://127.0.0.1:8021"
SENHAS = {nome: f"senha-{nome}" for nome in cadastro.CONEXOES}
TABELAS = ("prestador", "operadora", "credencial", "contrato")


def cadastrar(conexao: Conexao, url: str = URL, hoje: date = HOJE) -> None:
    cadastro.cadastrar(conexao, url_simulador=url, hoje=hoje)


def retrato(conexao: Conexao) -> dict[str, list[dict[str, Any]]]:
    with conexao.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return {
            tabela: cursor.execute(f"SELECT * FROM tiss.{tabela} ORDER BY 1").fetchall()
            for tabela in TABELAS
        }


def test_two_branches_bill_three_operadoras(conexao: Conexao) -> None:
    cadastrar(conexao)
    quantos = {tabela: len(linhas) for tabela, linhas in retrato(conexao).items()}
    assert quantos == {"prestador": 2, "operadora": 3, "credencial": 6, "contrato": 6}


def test_contratos_begin_45_days_before(conexao: Conexao) -> None:
    cadastrar(conexao)
    inicios = {linha["faturar_a_partir_de"] for linha in retrato(conexao)["contrato"]}
    assert inicios == {HOJE - timedelta(45)}


def test_a_start_can_be_given(conexao: Conexao) -> None:
    cadastro.cadastrar(conexao, url_simulador=URL, hoje=HOJE, inicio=HOJE)
    assert {linha["faturar_a_partir_de"] for linha in retrato(conexao)["contrato"]} == {HOJE}


def test_what_costs_nothing_is_kept_back_by_configuration(conexao: Conexao) -> None:
    cadastrar(conexao)
    regras = [linha["regras"] for linha in retrato(conexao)["contrato"]]
    assert regras == [{"VALOR_ZERO": "BLOQUEIA", "OPERADORA_DESCONHECIDA": "DESLIGADA"}] * 6
    assert list(faltas_das_regras(regras[0])) == []


def test_terms_belong_to_the_operadora(conexao: Conexao) -> None:
    cadastrar(conexao)
    termos = {
        (linha["registro_ans"], linha["url_base"], linha["max_guias"], linha["envia_login_senha"])
        for linha in retrato(conexao)["contrato"]
    }
    assert termos == {
        ("999001", f"{URL}/999001", 100, False),
        ("999002", f"{URL}/999002", 50, True),
        ("999003", f"{URL}/999003", 30, False),
    }


def test_repeating_it_another_day_changes_nothing(conexao: Conexao) -> None:
    cadastrar(conexao)
    antes = retrato(conexao)
    cadastrar(conexao, hoje=HOJE + timedelta(9))
    assert retrato(conexao) == antes


def test_the_address_follows_the_simulator_and_nothing_else_does(conexao: Conexao) -> None:
    cadastrar(conexao)
    conexao.execute("UPDATE tiss.operadora SET ativa = false WHERE registro_ans = '999001'")
    conexao.execute("UPDATE tiss.contrato SET max_guias = 7, proximo_numero_lote = 40")
    antes = retrato(conexao)
    cadastrar(conexao, "http://127.0.0.1:9999")
    depois = retrato(conexao)
    for linha in antes["contrato"]:
        linha["url_base"] = linha["url_base"].replace("8021", "9999")
        linha["versao"] += 1
    for linha in (*antes["contrato"], *depois["contrato"]):
        del linha["alterado_em"]
    assert depois == antes


def test_each_contrato_has_its_own_credential() -> None:
    contas = cadastro.conexoes(SENHAS)
    assert contas["tiss_999001_matriz"] == ("matriz999001", "senha-tiss_999001_matriz")
    assert len(set(contas.values())) == len(contas) == 6


def test_the_simulator_knows_exactly_our_credentials(conexao: Conexao) -> None:
    cadastrar(conexao)
    nossos = {
        (linha["registro_ans"], linha["codigo_prestador"], *cadastro.conexoes(SENHAS)[nome])
        for linha in retrato(conexao)["contrato"]
        if (nome := linha["credencial"])
    }
    deles = {
        (operadora["registro_ans"], item["codigo_prestador"], item["usuario"], item["senha"])
        for operadora in cadastro.configuracao_do_simulador(SENHAS)["operadoras"]
        for item in operadora["credenciais"]
    }
    assert deles == nossos


def test_the_configuration_of_the_simulator_is_json() -> None:
    configuracao = cadastro.configuracao_do_simulador(SENHAS)
    assert json.loads(json.dumps(configuracao)) == configuracao
    cedro = configuracao["operadoras"][2]
    assert cedro["nao_cobertos"] == ["40808041"]
    assert cedro["preco_maximo"] == {"10101012": "300.00"}
