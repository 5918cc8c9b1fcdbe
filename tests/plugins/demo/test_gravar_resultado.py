"""The write-back: the one way in which the billing changes the clinic."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

Conexao = psycopg.Connection[Any]
Visao = Callable[..., list[dict[str, Any]]]
RESULTADO = {
    "status": "AUTORIZADA",
    "numero_guia_prestador": "12",
    "valor_informado": "150.00",
    "valor_processado": "150.00",
    "valor_liberado": "140.50",
    "valor_glosado": "9.50",
    "glosa_parcial": True,
    "glosas": [
        {
            "nivel": "ITEM",
            "sequencial_item": 1,
            "codigo": "1705",
            "descricao": "Valor apresentado a maior",
            "valor": "9.50",
        }
    ],
}
GRAVAR = "SELECT tiss.gravar_resultado(%s, %s)"


def test_a_result_reaches_the_clinic(uma: Conexao) -> None:
    uma.execute(GRAVAR, ["900", Jsonb(RESULTADO)])
    linha = uma.execute(
        "SELECT status_tiss, valor_liberado, valor_glosado, numero_guia, glosas,"
        " resultado_em = now() FROM clinica.consulta WHERE id = 900"
    ).fetchone()
    assert linha == (
        *("AUTORIZADA", Decimal("140.50"), Decimal("9.50"), "12"),
        *(RESULTADO["glosas"], True),
    )


def test_a_newer_result_replaces_the_older(uma: Conexao) -> None:
    uma.execute(GRAVAR, ["900", Jsonb(RESULTADO)])
    uma.execute(GRAVAR, ["900", Jsonb({"status": "CANCELADA", "glosas": []})])
    linha = uma.execute(
        "SELECT status_tiss, valor_liberado, numero_guia, glosas FROM clinica.consulta"
        " WHERE id = 900"
    ).fetchone()
    assert linha == ("CANCELADA", None, None, [])


def test_a_result_for_nothing_fails(uma: Conexao) -> None:
    with pytest.raises(psycopg.errors.NoDataFound, match="a consulta 901 não existe"):
        uma.execute(GRAVAR, ["901", Jsonb(RESULTADO)])


def test_the_billing_role_reads_the_view_and_writes_results(uma: Conexao, visao: Visao) -> None:
    uma.execute("SET LOCAL ROLE tiss_faturamento")
    assert len(visao()) == 1
    uma.execute(GRAVAR, ["900", Jsonb(RESULTADO)])


@pytest.mark.parametrize(
    "proibido",
    [
        "SELECT 1 FROM clinica.consulta",
        "SELECT 1 FROM clinica.paciente",
        "UPDATE clinica.consulta SET status_tiss = 'AUTORIZADA'",
        "UPDATE tiss.consulta_preparada SET observacao = ''",
    ],
)
def test_the_billing_role_has_no_other_right(uma: Conexao, proibido: str) -> None:
    uma.execute("SET LOCAL ROLE tiss_faturamento")
    with pytest.raises(psycopg.Error) as falha:
        uma.execute(proibido)
    assert isinstance(
        falha.value,
        psycopg.errors.InsufficientPrivilege | psycopg.errors.ObjectNotInPrerequisiteState,
    )


def test_nobody_else_may_read_or_write(uma: Conexao) -> None:
    uma.execute("CREATE ROLE outro")
    linha = uma.execute(
        "SELECT has_table_privilege('outro', 'tiss.consulta_preparada', 'SELECT'),"
        " has_function_privilege('outro', 'tiss.gravar_resultado(text, jsonb)', 'EXECUTE')"
    ).fetchone()
    assert linha == (False, False)


def test_the_write_back_cannot_be_led_elsewhere(conexao: Conexao) -> None:
    """A security definer function without a fixed search_path runs what its caller planted."""
    linha = conexao.execute(
        "SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'gravar_resultado'"
    ).fetchone()
    assert linha == (True, ["search_path=pg_catalog, pg_temp"])
