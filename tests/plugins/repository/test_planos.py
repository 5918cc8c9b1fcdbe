"""What is asked every night and every hour reads by an index, and nothing that was ever billed."""

from __future__ import annotations

import sys
from typing import Any

import psycopg
import pytest

from tiss import settings

sys.path.insert(0, str(settings.RAIZ / "benchmarks"))

import volume

CONSULTAS = 40_000
# On so few rows the planner may read the small tables whole; these it never may.
CRESCEM = {"consulta", "guia", "guia_tiss_envio", "pagamento"}


def test_no_search_reads_what_was_ever_billed(conexao: psycopg.Connection[Any]) -> None:
    volume.encher(conexao, CONSULTAS)
    inteiras = {}
    for pergunta in volume.perguntas(conexao):
        nos = list(volume.nos_de(volume.explicar(conexao, pergunta)["Plan"]))
        inteiras[pergunta.nome] = volume.lidas_inteiras(nos) & CRESCEM
    assert {nome: lidas for nome, lidas in inteiras.items() if lidas} == {}


@pytest.mark.parametrize("consultas", [100, 2_000])
def test_what_a_database_is_filled_with_adds_up(
    conexao: psycopg.Connection[Any], consultas: int
) -> None:
    volume.encher(conexao, consultas)
    ((errados, guias),) = conexao.execute(
        "SELECT count(*) FILTER (WHERE diferenca <> 0), count(*) FROM tiss.conciliacao_guia"
    ).fetchall()
    assert errados == 0
    assert guias > 0
