"""Which state may follow which: one table in the domain, the same one in the database."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import psycopg
import pytest
from oficina import Oficina
from psycopg import errors

from tiss.domain.estados import (
    TRANSICOES_GUIA,
    TRANSICOES_LOTE,
    TRANSICOES_RECURSO,
    StatusGuia,
    StatusLote,
    StatusRecurso,
)

TABELAS: dict[str, tuple[type[StrEnum], Mapping[Any, frozenset[Any]]]] = {
    "guia": (StatusGuia, TRANSICOES_GUIA),
    "lote": (StatusLote, TRANSICOES_LOTE),
    "recurso": (StatusRecurso, TRANSICOES_RECURSO),
}


def _um_de_cada(oficina: Oficina) -> None:
    """One guia in one lote, and one recurso about it that was sent."""
    lote = oficina.lote(1)
    oficina.fazer(
        "INSERT INTO tiss.recurso (contrato_id, lote_recorrido_id, objeto, criado_por, lote_id)"
        " VALUES (1, %s, 'GUIA', 'Ana', %s)",
        lote,
        lote,
    )


@pytest.mark.parametrize("objeto", TABELAS)
def test_the_database_has_the_table_of_the_domain(
    conexao: psycopg.Connection[Any], objeto: str
) -> None:
    _, tabela = TABELAS[objeto]
    linhas = conexao.execute("SELECT de, para FROM tiss.transicao WHERE objeto = %s", [objeto])
    do_dominio = {(de and str(de), str(para)) for de, paras in tabela.items() for para in paras}
    assert set(linhas.fetchall()) == do_dominio


def test_nothing_else_has_states(conexao: psycopg.Connection[Any]) -> None:
    objetos = conexao.execute("SELECT DISTINCT objeto FROM tiss.transicao").fetchall()
    assert {objeto for (objeto,) in objetos} == set(TABELAS)


def _tentar(oficina: Oficina, objeto: str, de: str, para: str) -> None:
    """Put the only row into a state, without the triggers, and ask for another state with them."""
    with oficina.conexao.transaction():
        oficina.fazer("SET LOCAL session_replication_role = replica")
        oficina.fazer(f"UPDATE tiss.{objeto} SET status = %s", de)
        oficina.fazer("SET LOCAL session_replication_role = origin")
        oficina.fazer(f"UPDATE tiss.{objeto} SET status = %s", para)


@pytest.mark.parametrize("objeto", TABELAS)
def test_the_database_refuses_every_other_change_of_state(oficina: Oficina, objeto: str) -> None:
    _um_de_cada(oficina)
    oficina.fazer("UPDATE tiss.lote SET dono = 'x', prazo = now(), protocolo = '1'")
    estados, tabela = TABELAS[objeto]
    for de, para in itertools.permutations(estados, 2):
        if para in tabela[de]:
            _tentar(oficina, objeto, de, para)
        else:
            with pytest.raises(errors.CheckViolation, match=f"a passagem de {de} para {para}"):
                _tentar(oficina, objeto, de, para)


@pytest.mark.parametrize("objeto", TABELAS)
def test_a_state_that_does_not_exist_is_refused(oficina: Oficina, objeto: str) -> None:
    _um_de_cada(oficina)
    with pytest.raises(errors.CheckViolation):
        oficina.fazer(f"UPDATE tiss.{objeto} SET status = 'QUALQUER'")


def test_a_row_cannot_be_born_in_the_middle_of_its_life(oficina: Oficina) -> None:
    oficina.lote(1)
    with pytest.raises(errors.CheckViolation, match="de nada para ERRO"):
        oficina.fazer(
            "INSERT INTO tiss.lote (contrato_id, numero_lote, tipo_guia, quantidade_guias,"
            " valor_total, versao_contrato, versao_tiss, xml, hash, status)"
            " SELECT contrato_id, 99, tipo_guia, 1, 1, 1, versao_tiss, xml, hash, 'ERRO'"
            " FROM tiss.lote"
        )


def test_every_change_is_on_record(oficina: Oficina) -> None:
    lote = oficina.lote(1)
    oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO'")
    passagens = oficina.linhas(
        "SELECT de, para FROM tiss.historico WHERE objeto = 'lote' AND objeto_id = %s ORDER BY id",
        lote,
    )
    assert [tuple(p.values()) for p in passagens] == [(None, "PENDENTE"), ("PENDENTE", "CANCELADO")]


@pytest.mark.parametrize(
    "mudanca",
    [
        "status = 'ENVIANDO'",
        "status = 'ENVIANDO', prazo = now()",
        "status = 'ENVIANDO', dono = 'x'",
    ],
)
def test_a_lote_being_sent_has_an_owner_and_an_end(oficina: Oficina, mudanca: str) -> None:
    oficina.lote(1)
    with pytest.raises(errors.CheckViolation):
        oficina.fazer(f"UPDATE tiss.lote SET {mudanca}")


def test_a_lote_that_was_sent_has_a_protocolo(oficina: Oficina) -> None:
    oficina.lote(1)
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now()")
    with pytest.raises(errors.CheckViolation):
        oficina.fazer("UPDATE tiss.lote SET status = 'ENVIADO'")
