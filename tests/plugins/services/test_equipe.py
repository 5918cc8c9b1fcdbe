"""Whose glosas they are where only the equipe of an item says who did it: each of one person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from guias_da_visao import COLUNAS
from oficina import Oficina, item
from respostas import analisada, analise, item_recusado, receber

from tiss.domain.retorno import GuiaAnalisada, Motivo
from tiss.simulador.processo import Simulador

RUI, LIA, ANA, NINGUEM = (
    ("Rui Teste", "654321"),
    ("Lia Teste", "777777"),
    ("Ana Teste", "12345"),
    (None, None),
)
SEM_EXECUTANTE = {
    "nome_profissional": None,
    "conselho_profissional": None,
    "numero_conselho_profissional": None,
}
HONORARIOS: dict[str, Any] = {
    "tipo_guia": "HONORARIOS",
    **COLUNAS["HONORARIOS"],
    **SEM_EXECUTANTE,
}
RESUMO: dict[str, Any] = {
    "tipo_guia": "RESUMO_INTERNACAO",
    **COLUNAS["RESUMO_INTERNACAO"],
    **SEM_EXECUTANTE,
    "despesas": "[]",
}
SP_SADT: dict[str, Any] = {"tipo_guia": "SP_SADT", **COLUNAS["SP_SADT"], "despesas": "[]"}


def membro(grau: str | None, quem: tuple[str, str]) -> dict[str, object]:
    """Who is told to have had a part in an item."""
    nome, numero = quem
    return {
        "grau_participacao": grau,
        "codigo": {"cpfContratado": "39053344705"},
        "nome": nome,
        "conselho": "06",
        "numero_conselho": numero,
        "uf": "35",
        "cbo": "225225",
    }


CIRURGIAO, AUXILIAR = membro("00", RUI), membro("01", LIA)
Equipes = Sequence[Sequence[dict[str, object]]]


def recusada(
    oficina: Oficina, resposta: GuiaAnalisada, equipes: Equipes, colunas: dict[str, Any]
) -> list[tuple[object, ...]]:
    """Bill a guia with an item of each equipe; return who is told to be refused how much."""
    itens = [
        item(sequencial_item=numero, equipe=equipe)
        | {"codigo_procedimento": codigo, "valor_unitario": "50.00", "valor_total": "50.00"}
        for numero, (equipe, codigo) in enumerate(
            zip(equipes, ("10101012", "40304361", "20101015"), strict=False), 1
        )
    ]
    oficina.alimentar(consulta_id="1", **{**colunas, "itens": json.dumps(itens)})
    (lote,) = oficina.montar().lotes
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.lote SET protocolo = 'P1'")
    receber(oficina, analise("P1", resposta))
    linhas = oficina.linhas(
        "SELECT nome_profissional, numero_conselho_profissional, sum(valor) AS valor"
        " FROM tiss.conciliacao_glosa_profissional GROUP BY 1, 2 ORDER BY 3"
    )
    geral = oficina.valor("SELECT sum(valor) FROM tiss.conciliacao_glosa")
    assert geral == sum(linha["valor"] for linha in linhas)
    return [tuple(linha.values()) for linha in linhas]


def por_item(quantos: int) -> GuiaAnalisada:
    """Of each item of R$ 50.00 as many reais are refused as its number says."""
    recusados = tuple(
        replace(
            item_recusado(f"{50 - numero}.00", ("1705", f"{numero}.00")),
            sequencial_item=numero,
            valor_informado=Decimal("50.00"),
        )
        for numero in range(1, quantos + 1)
    )
    liberado = sum((50 - numero for numero in range(1, quantos + 1)), Decimal("0.00"))
    return analisada("1", liberado, itens=recusados, valor_informado=Decimal(50 * quantos))


def test_what_is_refused_of_an_item_is_of_who_answers_for_it(
    oficina: Oficina, simulador: Simulador
) -> None:
    # Of an item with both it is the surgeon, whole.
    equipes = [[CIRURGIAO], [AUXILIAR], [AUXILIAR, CIRURGIAO]]
    assert recusada(oficina, por_item(3), equipes, HONORARIOS) == [
        (*LIA, Decimal("2.00")),
        (*RUI, Decimal("4.00")),
    ]


@pytest.mark.parametrize(
    ("equipes", "de_quem"),
    [([[CIRURGIAO], [CIRURGIAO]], RUI), ([[CIRURGIAO], [AUXILIAR]], NINGUEM)],
)
def test_what_is_refused_of_a_whole_guia_is_of_the_only_one_whom_it_names(
    oficina: Oficina, simulador: Simulador, equipes: Equipes, de_quem: tuple[str | None, ...]
) -> None:
    negada = analisada(
        "1", "0.00", motivos=(Motivo(codigo="1001"),), valor_informado=Decimal("100.00")
    )
    assert recusada(oficina, negada, equipes, HONORARIOS) == [(*de_quem, Decimal("100.00"))]


def test_an_equipe_answers_for_its_item_and_who_attended_for_the_others(
    oficina: Oficina, simulador: Simulador
) -> None:
    equipes: Equipes = [[membro("01", LIA), membro(None, RUI)], []]
    assert recusada(oficina, por_item(2), equipes, SP_SADT) == [
        (*LIA, Decimal("1.00")),
        (*ANA, Decimal("2.00")),
    ]


def test_an_item_that_names_nobody_is_not_of_who_did_another(
    oficina: Oficina, simulador: Simulador
) -> None:
    assert recusada(oficina, por_item(2), [[CIRURGIAO], []], RESUMO) == [
        (*RUI, Decimal("1.00")),
        (*NINGUEM, Decimal("2.00")),
    ]


def test_who_attended_answers_for_a_whole_guia_whomever_its_items_name(
    oficina: Oficina, simulador: Simulador
) -> None:
    negada = analisada(
        "1", "0.00", motivos=(Motivo(codigo="1001"),), valor_informado=Decimal("100.00")
    )
    equipes = [[CIRURGIAO], [CIRURGIAO]]
    assert recusada(oficina, negada, equipes, SP_SADT) == [(*ANA, Decimal("100.00"))]
