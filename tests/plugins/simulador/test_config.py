"""A wrong configuration is refused before the server listens, in words that say what to fix."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tiss.errors import ConfigError
from tiss.simulador.config import ler_configuracao


def problemas(config: object) -> str:
    with pytest.raises(ConfigError) as erro:
        ler_configuracao(json.dumps(config))
    return str(erro.value)


def test_right_configuration_is_read_with_defaults(config: dict[str, Any]) -> None:
    for campo in ("segundos_recebido", "segundos_em_analise", "preco_maximo", "nao_cobertos"):
        del config["operadoras"][0][campo]
    configuracao = ler_configuracao(json.dumps(config))
    operadora = configuracao.operadoras["999001"]
    assert (operadora.segundos_recebido, operadora.segundos_em_analise) == (1.0, 1.0)
    assert configuracao.aceleracao == 1.0


def test_what_is_not_json_is_told_with_its_line() -> None:
    with pytest.raises(ConfigError, match="linha 2"):
        ler_configuracao('{\n"operadoras" [}')


@pytest.mark.parametrize("config", [[], "x", None, {}, {"operadoras": {}}, {"operadoras": []}])
def test_at_least_one_operadora_is_needed(config: object) -> None:
    assert "operadoras" in problemas(config)


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("registro_ans", "12345"),
        ("registro_ans", 999001),
        ("nome", ""),
        ("nome", "Saúde €"),
        ("cnpj", "11.222.333/0001-81"),
        ("versao", "04.03.00"),
        ("versao", "3.05.00"),
        ("segundos_recebido", -1),
        ("segundos_em_analise", "1"),
        ("segundos_em_analise", float("nan")),
        ("exige_login_no_cabecalho", "sim"),
        ("codificacao_do_hash", "UTF_8"),
        ("codificacao_do_hash", None),
        ("cancelamento", "NUNCA"),
        ("cancelamento", None),
        ("numero_cancelado", "livre"),
        ("deduplica", "sim"),
        ("nao_cobertos", "20101023"),
        ("nao_cobertos", [20101023]),
        ("regras_de_glosa", {}),
        ("regras_de_glosa", [{"procedimento": "10101012"}]),
        ("regras_de_glosa", [{"codigo": "14"}]),
        ("regras_de_glosa", [{"codigo": "1401", "sem": "a senha"}]),
        ("regras_de_glosa", [{"codigo": "1401", "procedimento": 10101012}]),
        ("regras_de_glosa", [{"codigo": "1401", "parte": 1.1}]),
        ("regras_de_glosa", [{"codigo": "1401", "valor": "10.00"}]),
        ("preco_maximo", []),
        ("credenciais", {}),
        ("credenciais", [{"usuario": "a:b", "senha": "s", "codigo_prestador": "1"}]),
        ("credenciais", [{"usuario": "a", "senha": "", "codigo_prestador": "1"}]),
        ("credenciais", [{"usuario": "a", "senha": "s", "codigo_prestador": "1" * 15}]),
        ("credenciais", [{"usuario": "a", "senha": "s", "codigo_prestador": "1", "cnpj": "1"}]),
        ("credenciais", [{"usuario": "a", "senha": "s", "codigo_prestador": "1"}] * 2),
        ("desconhecido", 1),
    ],
)
def test_wrong_field_is_named(config: dict[str, Any], campo: str, valor: object) -> None:
    config["operadoras"][0][campo] = valor
    assert f"operadoras[0].{campo}" in problemas(config)


@pytest.mark.parametrize("preco", [300.0, 300, "trezentos", "NaN", "-1.00", "1.005", None])
def test_price_is_text_because_a_json_number_would_be_a_float(
    config: dict[str, Any], preco: object
) -> None:
    config["operadoras"][0]["preco_maximo"] = {"10101012": preco}
    assert "preco_maximo.10101012" in problemas(config)


def test_every_problem_is_told_at_once(config: dict[str, Any]) -> None:
    config["operadoras"][0].update(cnpj="1", versao="1")
    assert len(problemas(config).splitlines()) == 2


def test_cnpj_with_letters_needs_4_03(config: dict[str, Any]) -> None:
    config["operadoras"][0]["credenciais"][1]["cnpj"] = "12ABC34501DE35"
    assert ler_configuracao(json.dumps(config)).operadoras
    config["operadoras"][0]["versao"] = "4.02.00"
    assert "operadoras[0].credenciais: cnpj com letras" in problemas(config)


def test_password_is_never_in_the_message(config: dict[str, Any]) -> None:
    credencial = {"usuario": "a", "senha": ["segredo"], "codigo_prestador": "1"}
    config["operadoras"][0]["credenciais"] = [credencial]
    assert "segredo" not in problemas(config)


def test_operadora_may_appear_once_only(config: dict[str, Any]) -> None:
    config["operadoras"] *= 2
    assert "999001 aparece duas vezes" in problemas(config)


@pytest.mark.parametrize("aceleracao", [0, -1, "2"])
def test_clock_must_go_forward(config: dict[str, Any], aceleracao: object) -> None:
    config["aceleracao"] = aceleracao
    assert "aceleracao" in problemas(config)
