"""What PostgreSQL holds and Python cannot: such a row is INVALIDA, its neighbours are billed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from oficina import Oficina, item

from tiss.repository.tolerancia import ler_json


def _codigos(oficina: Oficina, consulta: str) -> dict[str, set[str]]:
    """The codes of the problems of a guia, by what they name."""
    codigos: dict[str, set[str]] = {}
    for problema in oficina.guia(consulta)["problemas"]:
        codigos.setdefault(problema["codigo"], set()).add(problema["caminho"])
    return codigos


def _em_json(oficina: Oficina) -> None:
    """Let the column of items be of type json, which keeps a text as it is."""
    oficina.alimentar(consulta_id="boa")
    oficina.fazer("DROP VIEW tiss.consulta_preparada")
    oficina.fazer("ALTER TABLE tiss.fila ALTER COLUMN itens TYPE json")
    oficina.fazer("CREATE VIEW tiss.consulta_preparada AS SELECT * FROM tiss.fila")


@pytest.mark.parametrize("estilo", ["ISO, MDY", "SQL, DMY", "German, DMY", "Postgres, MDY"])
@pytest.mark.parametrize("data", ["infinity", "20025-03-01", "5874897-12-31"])
@pytest.mark.parametrize(
    "coluna", ["data_atendimento", "data_solicitacao", "data_autorizacao", "data_validade_senha"]
)
def test_a_date_that_no_calendar_has_is_told_and_stops_no_other_guia(
    oficina: Oficina, coluna: str, data: str, estilo: str
) -> None:
    banco = oficina.valor("SELECT current_database()")
    oficina.fazer(f"ALTER DATABASE {banco} SET datestyle = '{estilo}'")
    oficina.alimentar(consulta_id="boa")
    oficina.alimentar(consulta_id="ruim", numero_carteira="987654321", **{coluna: data})
    feito = oficina.montar()
    assert (feito.geradas, feito.invalidas, len(feito.lotes)) == (1, 1, 1)
    assert _codigos(oficina, "ruim")["VALOR_ILEGIVEL"] == {coluna}


def test_a_date_before_our_era_is_told_and_stops_no_other_guia(oficina: Oficina) -> None:
    oficina.alimentar(consulta_id="boa")
    oficina.alimentar(
        consulta_id="ruim", numero_carteira="987654321", data_autorizacao="0001-01-01 BC"
    )
    assert (oficina.montar().geradas, oficina.guia("ruim")["status"]) == (1, "INVALIDA")
    assert _codigos(oficina, "ruim")["VALOR_ILEGIVEL"] == {"data_autorizacao"}


@pytest.mark.parametrize(
    ("campo", "escrito", "codigo"),
    [
        ("quantidade", "9" * 5000, "VALOR_ILEGIVEL"),
        ("quantidade", "-" + "9" * 5000, "VALOR_ILEGIVEL"),
        ("quantidade", "1e400", "VALOR_ILEGIVEL"),
        ("equipe", "[" * 5000 + "]" * 5000, "VALOR_ILEGIVEL"),
        ("descricao", r'"a\u0000b"', None),
        ("descricao", r'"\ud800"', None),
        ("descricao", r'"\udc00\ud800"', None),
        ("codigo_procedimento", r'"1010\u00001012"', "CARACTERE"),
        ("codigo_procedimento", r'"\uDFFF"', "CARACTERE"),
        (r"quanti\u0000dade", '"1"', "CAMPO_DESCONHECIDO"),
    ],
)
def test_json_that_python_cannot_read_stops_no_other_guia(
    oficina: Oficina, campo: str, escrito: str, codigo: str | None
) -> None:
    _em_json(oficina)
    itens = json.dumps([{**item(), "campo": "valor"}])
    itens = itens.replace('"campo": "valor"', f'"{campo}": {escrito}')
    oficina.alimentar(consulta_id="ruim", numero_carteira="987654321", itens=itens)
    assert len(oficina.montar().lotes) == 1
    assert oficina.guia("boa")["status"] == "GERADA"
    ditos: Any = _codigos(oficina, "ruim")
    # A guiaConsulta does not say its items' descriptions: nothing of it can be wrong.
    assert codigo in ditos if codigo else oficina.guia("ruim")["status"] == "GERADA"


def test_what_a_sent_text_cannot_hold_is_told_as_a_character(oficina: Oficina) -> None:
    _em_json(oficina)
    itens = json.dumps([item(descricao="XX")]).replace("XX", r"a\u0000b")
    oficina.alimentar(
        consulta_id="ruim",
        numero_carteira="987654321",
        tipo_guia="SP_SADT",
        tipo_consulta=None,
        tipo_atendimento="23",
        carater_atendimento="1",
        itens=itens,
    )
    oficina.montar()
    assert "CARACTERE" in _codigos(oficina, "ruim")


@pytest.mark.parametrize("texto", ["\\u0000", "é \U0001f600", 'aspas " e \\', "\\\\u0000\\n"])
def test_an_escape_that_is_fine_is_read_as_it_was_written(texto: str) -> None:
    assert ler_json(json.dumps([texto]).encode()) == [texto]
    assert ler_json(json.dumps([texto], ensure_ascii=False).encode()) == [texto]
