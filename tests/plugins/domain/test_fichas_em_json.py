"""Contratos as JSON: what a file can say goes there and comes back, and nothing else comes in."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest

from tiss.domain.fichas import CONTRATO, de_json, em_json, escrever_tudo, esquema, ler_uma

MINIMO: dict[str, Any] = {
    "prestador": "CENTRO", "operadora": "123456", "ambiente": "PRODUCAO",
    "tipo_autenticacao": "NENHUMA",
}  # fmt: skip
CHEIO: dict[str, Any] = MINIMO | {
    "faturar_a_partir_de": date(2026, 12, 1),
    "proximo_numero_lote": 1,
    "proximo_numero_guia": 2**63 - 1,
    "rest": {"corpo": "WS", "cabecalhos": {"X-Canal": "1"}},
    "regras": {"VALOR_ZERO": "BLOQUEIA"},
    "lote": {"max_guias": 7, "intervalo_envios": "1.5s"},
    "entrega": {"das": time(8), "ate": time(18, 30, 15), "dias_da_semana": [1, 5]},
    "duvida": {"deduplica": True},
}


def test_what_a_file_says_goes_through_json_and_comes_back_the_same() -> None:
    colunas, problemas = ler_uma(CONTRATO, CHEIO)
    assert problemas == []
    corpo = json.loads(json.dumps(em_json(escrever_tudo(CONTRATO, colunas))))
    de_volta = de_json(CONTRATO, corpo)
    assert de_volta is not None
    assert ler_uma(CONTRATO, de_volta) == (colunas, [])


def test_null_is_a_key_left_out() -> None:
    assert de_json(CONTRATO, MINIMO | {"url_base": None, "lote": {"max_guias": None}}) == (
        MINIMO | {"lote": {}}
    )


@pytest.mark.parametrize(
    "corpo",
    [
        {"url_base": "a\0"},
        {"url_base": "\ud800"},
        {"a\0": 1},
        {"rest": {"cabecalhos": {"\udfff": "x"}}},
        {"a": {"b": {"c": {"d": {}}}}},
        {"entrega": {"dias_da_semana": [1] * 32}},
    ],
    ids=["nulo", "meio", "chave", "chave de dentro", "fundo", "comprido"],
)
def test_what_no_file_holds_does_not_come_in(corpo: dict[str, Any]) -> None:
    assert de_json(CONTRATO, MINIMO | corpo) is None


@pytest.mark.parametrize("texto", ["01/12/2026", "2026-13-01", "hoje", ""])
def test_a_text_that_is_no_date_is_told_as_in_a_file(texto: str) -> None:
    item = de_json(CONTRATO, MINIMO | {"faturar_a_partir_de": texto})
    assert item is not None
    assert [lugar for lugar, _ in ler_uma(CONTRATO, item)[1]] == ["faturar_a_partir_de"]


def test_every_key_is_called_something_and_has_a_place_on_the_screen() -> None:
    for campo in CONTRATO.campos:
        assert campo.rotulo != campo.chave
        assert len(campo.rotulo) < 60
    assert len({campo.rotulo for campo in CONTRATO.campos}) == len(CONTRATO.campos)


def test_the_schema_says_the_limits_that_are_checked() -> None:
    propriedades = esquema(CONTRATO)["properties"]
    maximo = propriedades["lote"]["properties"]["max_guias"]
    assert (maximo["minimum"], maximo["maximum"]) == (1, 100)
    assert propriedades["ambiente"]["enum"] == ["HOMOLOGACAO", "PRODUCAO"]
    assert set(propriedades["servicos_soap"]["properties"]) >= {"ENVIO_LOTE_GUIAS"}
