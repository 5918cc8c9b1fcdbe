"""What was already billed to a card is found by an index, however much there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from oficina import HOJE, Oficina

from tiss.repository import guias
from tiss.repository.conexao import comando

DIA = HOJE - timedelta(3)


def _planos(plano: dict[str, Any]) -> list[dict[str, Any]]:
    return [plano, *(p for filho in plano.get("Plans", []) for p in _planos(filho))]


def test_the_search_goes_by_card_and_reads_no_other_guia(oficina: Oficina) -> None:
    contrato = oficina.contrato()
    oficina.fazer(
        "WITH guia AS (INSERT INTO tiss.guia (consulta_id, clinica_id, registro_ans, ambiente,"
        " tipo, data_atendimento, contrato_id, numero_carteira, numero_guia_prestador, status,"
        " valor_informado, digest, versao_contrato, versao_regras, xml)"
        " SELECT 'c' || n, 'MATRIZ', '999001', 'PRODUCAO', 'CONSULTA', %(dia)s, %(contrato)s,"
        " 'k' || n %% 5000, n, 'GERADA', 150, 'd', 1, 2, '' FROM generate_series(1, 20000) AS n"
        " RETURNING id) INSERT INTO tiss.guia_item (guia_id, sequencial_item, codigo_tabela,"
        " codigo_procedimento, descricao, data_execucao, quantidade, valor_unitario, valor_total)"
        " SELECT id, 1, '22', '10101012', '', %(dia)s, 1, 150, 150 FROM guia".replace(
            "%(dia)s", f"'{DIA}'::date"
        ).replace("%(contrato)s", str(contrato.id))
    )
    oficina.fazer("ANALYZE tiss.guia, tiss.guia_item")
    carteiras = [f"k{n}" for n in range(500)]
    with oficina.repo.transacao() as t:
        achadas = guias.repetidas(t, contrato, carteiras=carteiras, dias=[DIA])
        assert len(achadas) == 2000
        assert guias.repetidas(t, contrato, carteiras=carteiras, dias=[HOJE]) == []
    with oficina.conexao.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (FORMAT JSON) " + comando("guia/repetidas"),
            {
                "clinica": contrato.clinica_id,
                "registro_ans": contrato.registro_ans,
                "ambiente": contrato.ambiente,
                "carteiras": carteiras,
                "dias": [DIA],
            },
        )
        linha = cursor.fetchone()
    assert linha is not None
    nos = _planos(linha[0][0]["Plan"])
    assert "guia_por_carteira" in {no.get("Index Name") for no in nos}
    lidas = {no.get("Relation Name") for no in nos if no["Node Type"] == "Seq Scan"}
    assert lidas.isdisjoint({"guia", "guia_item"})


@pytest.mark.parametrize(("dias", "achada"), [(60, True), (61, False)])
def test_an_item_is_found_up_to_sixty_days_from_the_day_of_care(
    oficina: Oficina, dias: int, achada: bool
) -> None:
    oficina.atender(1)
    oficina.montar()
    oficina.fazer("UPDATE tiss.guia SET data_atendimento = data_atendimento - %s", dias)
    carteira = oficina.valor("SELECT numero_carteira FROM tiss.guia")
    with oficina.repo.transacao() as t:
        atendidas = guias.repetidas(t, oficina.contrato(), carteiras=[carteira], dias=[DIA])
        assert guias.repetidas(t, oficina.contrato(), carteiras=[carteira], dias=[]) == []
    assert bool(atendidas) is achada


def test_a_card_that_many_share_is_read_for_the_days_around_only(oficina: Oficina) -> None:
    contrato = oficina.contrato()
    oficina.fazer(
        "WITH guia AS (INSERT INTO tiss.guia (consulta_id, clinica_id, registro_ans, ambiente,"
        " tipo, data_atendimento, contrato_id, numero_carteira, numero_guia_prestador, status,"
        " valor_informado, digest, versao_contrato, versao_regras, xml)"
        " SELECT 'c' || n, 'MATRIZ', '999001', 'PRODUCAO', 'CONSULTA', %s::date - n %% 2000, %s,"
        " '0', n, 'GERADA', 150, 'd', 1, 2, '' FROM generate_series(1, 20000) AS n"
        " RETURNING id, data_atendimento) INSERT INTO tiss.guia_item (guia_id, sequencial_item,"
        " codigo_tabela, codigo_procedimento, descricao, data_execucao, quantidade,"
        " valor_unitario, valor_total) SELECT id, 1, '22', '10101012', '', data_atendimento, 1,"
        " 150, 150 FROM guia",
        *(DIA, contrato.id),
    )
    oficina.fazer("ANALYZE tiss.guia, tiss.guia_item")
    with oficina.conexao.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) " + comando("guia/repetidas"),
            {
                "clinica": contrato.clinica_id,
                "registro_ans": contrato.registro_ans,
                "ambiente": contrato.ambiente,
                "carteiras": ["0"],
                "dias": [DIA],
            },
        )
        linha = cursor.fetchone()
    assert linha is not None
    (itens,) = (n for n in _planos(linha[0][0]["Plan"]) if n.get("Relation Name") == "guia_item")
    # Ten guias a day, on the days up to today; not the twenty thousand.
    assert itens["Actual Loops"] == 10 * 61
