"""Five kinds of guia, from the view to the verdict in the clinic, each with its own numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from guias_da_visao import COLUNAS, MATERIAL
from oficina import HEMOGRAMA, Oficina

from tiss.simulador.processo import Simulador

# What the operadora refuses of each kind: a line, and what it costs.
RECUSADAS = {
    "CONSULTA": (None, "0.00"),
    "SP_SADT": (2, "20.00"),
    "HONORARIOS": (None, "0.00"),
    "RESUMO_INTERNACAO": (2, "20.00"),
    "ODONTO": (1, "80.00"),
}


@pytest.fixture
def julgadas(oficina: Oficina, simular: Callable[..., Simulador]) -> dict[str, str]:
    """A consulta of each kind with its verdict in the clinic; kind -> consulta_id."""
    simulador = simular(nao_cobertos=[MATERIAL, "81000030"])
    consultas = dict(zip(COLUNAS, oficina.atender(len(COLUNAS)), strict=True))
    for posicao, (tipo, consulta) in enumerate(consultas.items()):
        oficina.alimentar(
            consulta_id=consulta,
            tipo_guia=tipo,
            numero_carteira=f"12345678{posicao}",
            **COLUNAS[tipo],
        )
    assert oficina.noite() == []
    simulador.avancar(60)
    assert oficina.hora() == []
    assert simulador.erros() == ""
    return consultas


def test_each_kind_leaves_in_a_lote_of_its_own_and_its_verdict_reaches_the_clinic(
    oficina: Oficina, julgadas: dict[str, str]
) -> None:
    assert oficina.linhas(
        "SELECT tipo_guia AS tipo, quantidade_guias AS guias, status FROM tiss.lote ORDER BY id"
    ) == [{"tipo": tipo, "guias": 1, "status": "PROCESSADO"} for tipo in COLUNAS]
    for tipo, consulta in julgadas.items():
        guia = oficina.guia(consulta)
        recusado = Decimal(RECUSADAS[tipo][1])
        esperado = "NEGADA" if recusado == guia["valor_informado"] else "AUTORIZADA"
        assert (guia["tipo"], guia["status"], guia["problemas"]) == (tipo, esperado, [])
        assert guia["valor_glosado"] == recusado
        assert guia["valor_liberado"] == guia["valor_informado"] - recusado
        (linha,) = oficina.linhas("SELECT * FROM clinica.consulta WHERE id = %s", consulta)
        assert linha["status_tiss"] == esperado
        assert linha["numero_guia"] == guia["numero_guia_prestador"]
        assert (linha["valor_liberado"], linha["valor_glosado"]) == (
            guia["valor_liberado"],
            recusado,
        )
        item = RECUSADAS[tipo][0]
        assert [glosa["sequencial_item"] for glosa in linha["glosas"]] == ([item] if item else [])
    assert oficina.divergencias() == set()


def test_what_is_billed_is_kept_line_by_line_and_a_glosa_finds_its_line(
    oficina: Oficina, julgadas: dict[str, str]
) -> None:
    linhas: dict[str, list[tuple[Any, ...]]] = {}
    for linha in oficina.linhas(
        "SELECT guia.tipo, sequencial_item, codigo_despesa, codigo_procedimento, valor_unitario,"
        " valor_total FROM tiss.guia_item AS item JOIN tiss.guia ON guia.id = item.guia_id"
        " WHERE data_execucao = data_atendimento ORDER BY guia.id, sequencial_item"
    ):
        linhas.setdefault(linha.pop("tipo"), []).append(tuple(linha.values()))
    cheia, hemograma, gaze = Decimal("150.00"), Decimal("18.50"), Decimal("20.00")
    com_despesa = [
        (1, None, HEMOGRAMA, hemograma, hemograma),
        (2, "03", MATERIAL, gaze, gaze),
    ]
    assert linhas == {
        "CONSULTA": [(1, None, "10101012", cheia, cheia)],
        "SP_SADT": com_despesa,
        "HONORARIOS": [(1, None, "10101012", cheia, cheia)],
        "RESUMO_INTERNACAO": com_despesa,
        # A dental guia says the value of all pieces only.
        "ODONTO": [(1, None, "81000030", None, Decimal("80.00"))],
    }
    glosas = oficina.linhas(
        "SELECT guia.tipo, item.codigo_despesa, item.codigo_procedimento, glosa.valor_rateado"
        " FROM tiss.glosa JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id"
        " JOIN tiss.guia ON guia.id = envio.guia_id"
        " JOIN tiss.guia_item AS item ON item.guia_id = guia.id"
        " AND item.sequencial_item = glosa.sequencial_item"
        " WHERE glosa.origem = 'DEMONSTRATIVO_ANALISE' ORDER BY guia.id"
    )
    assert [tuple(glosa.values()) for glosa in glosas] == [
        ("SP_SADT", "03", MATERIAL, Decimal("20.00")),
        ("RESUMO_INTERNACAO", "03", MATERIAL, Decimal("20.00")),
        ("ODONTO", None, "81000030", Decimal("80.00")),
    ]


def test_json_of_another_shape_is_told_and_stops_no_other_guia(oficina: Oficina) -> None:
    tortos = [7, "x", True, [7], ["x"], [None], [[]], {"a": 1}, [{"codigo_procedimento": []}]]
    for numero, (coluna, torto, tipo) in enumerate(
        product(("itens", "despesas", "complemento"), tortos, COLUNAS)
    ):
        colunas = {**COLUNAS[tipo], coluna: json.dumps(torto), "numero_carteira": f"{numero:09d}"}
        oficina.alimentar(consulta_id=f"torta{numero}", tipo_guia=tipo, **colunas)
    oficina.alimentar(consulta_id="boa")
    oficina.montar()
    assert oficina.guia("boa")["status"] == "GERADA"
    assert oficina.valor("SELECT count(*) FROM tiss.guia") == 3 * len(tortos) * len(COLUNAS) + 1
    assert (
        oficina.valor(
            "SELECT min(jsonb_array_length(problemas)) FROM tiss.guia WHERE status = 'INVALIDA'"
        )
        > 0
    )
