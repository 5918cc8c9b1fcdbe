"""The clinic's view is looked at once, before any contrato reads it."""

from __future__ import annotations

import re

import psycopg
import pytest
from oficina import Oficina

from tiss import cli, settings
from tiss.errors import ConfigError
from tiss.repository import Repositorio
from tiss.services import visao


def _trocar(oficina: Oficina, mudanca: str) -> None:
    """Let the view be that of a table with one difference."""
    oficina.alimentar()
    oficina.fazer("DROP VIEW tiss.consulta_preparada")
    oficina.fazer(f"ALTER TABLE tiss.fila {mudanca}")
    oficina.fazer("CREATE VIEW tiss.consulta_preparada AS SELECT * FROM tiss.fila")


def test_the_view_of_the_clinic_of_reference_is_as_it_has_to_be(oficina: Oficina) -> None:
    visao.conferir(oficina.repo)
    modesto = Repositorio(lambda: psycopg.connect(oficina.url, options="-c role=tiss_faturamento"))
    visao.conferir(modesto)


def test_the_columns_and_their_types_are_those_that_are_documented() -> None:
    texto = (settings.RAIZ / "docs" / "consulta_preparada.md").read_text(encoding="utf-8")
    partes = texto.partition("## Colunas de toda guia")[2].partition("## itens")[0]
    documentadas = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", partes, re.MULTILINE))
    assert documentadas == visao.COLUNAS


def test_columns_that_are_missing_are_all_named_with_their_types(oficina: Oficina) -> None:
    _trocar(oficina, "DROP despesas, DROP complemento, DROP data_atendimento")
    with pytest.raises(
        ConfigError,
        match=r"faltam as colunas data_atendimento \(date\), despesas \(jsonb\), complemento "
        r"\(jsonb\)\. .*docs/consulta_preparada\.md",
    ):
        visao.conferir(oficina.repo)


@pytest.mark.parametrize(
    ("coluna", "tipo", "certo"),
    [
        ("data_autorizacao", "timestamptz", "date"),
        ("data_autorizacao", "text", "date"),
        ("itens", "text", "jsonb"),
        ("cbo", "integer", "text"),
    ],
)
def test_a_column_of_another_type_is_named_with_the_right_one(
    oficina: Oficina, coluna: str, tipo: str, certo: str
) -> None:
    _trocar(oficina, f"DROP {coluna}, ADD {coluna} {tipo}")
    with pytest.raises(ConfigError, match=f"lê: {coluna} é .* e tem de ser {certo}"):
        visao.conferir(oficina.repo)


@pytest.mark.parametrize(
    ("coluna", "tipo"),
    [("cbo", "varchar(6)"), ("uf", "char(2)"), ("itens", "json"), ("senha", "tiss.senha")],
)
def test_a_type_that_reads_the_same_is_as_good(oficina: Oficina, coluna: str, tipo: str) -> None:
    oficina.fazer("CREATE DOMAIN tiss.senha AS text")
    _trocar(oficina, f"DROP {coluna}, ADD {coluna} {tipo}")
    visao.conferir(oficina.repo)


def test_a_view_that_is_not_there_is_told(oficina: Oficina) -> None:
    oficina.fazer("DROP VIEW tiss.consulta_preparada")
    with pytest.raises(ConfigError, match=r"tiss\.consulta_preparada não existe.*crie-a"):
        visao.conferir(oficina.repo)


def test_migrating_warns_of_a_view_that_is_behind(
    oficina: Oficina, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["banco", "migrar", oficina.url])
    assert capsys.readouterr().err == ""
    _trocar(oficina, "DROP despesas")
    cli.main(["banco", "migrar", oficina.url])
    saida = capsys.readouterr()
    assert "atenção:" in saida.err
    assert "despesas (jsonb)" in saida.err
    assert "em dia" in saida.out
