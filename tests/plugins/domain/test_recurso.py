"""What an answer to a recurso decides, cell by cell and in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations, product
from typing import Any

import pytest

from tiss.domain.recurso import (
    GlosaRecorrida,
    Julgamento,
    impedimento,
    julgar_recurso,
    preencher,
)
from tiss.domain.retorno import DecisaoRecurso, Nivel, RespostaRecurso
from tiss.errors import ConfigError

ZERO, METADE, TUDO, DEMAIS = map(Decimal, ("0.00", "20.00", "50.00", "60.00"))


def glosa(nivel: Nivel = "ITEM", **campos: Any) -> GlosaRecorrida:  # noqa: ANN401
    modelo: dict[str, Any] = {
        "id": 1,
        "envio_id": 1,
        "nivel": nivel,
        "sequencial_item": 1 if nivel == "ITEM" else None,
        "codigo": "1705",
        "valor_recursado": TUDO,
        "justificativa": "",
        "valor_acatado": None,
        "numero_guia_prestador": "7",
        "numero_guia_operadora": None,
        "senha": None,
        "viva": True,
        "data_execucao": None,
        "quantidade": None,
        "codigo_tabela": None,
        "codigo_procedimento": None,
        "descricao": None,
        "codigo_dente": None,
        "codigo_regiao": None,
        "dente_face": None,
    }
    return GlosaRecorrida(**{**modelo, **campos})


def decisao(nivel: Nivel = "ITEM", **campos: Any) -> DecisaoRecurso:  # noqa: ANN401
    modelo: dict[str, Any] = {
        "nivel": nivel,
        "numero_guia_prestador": None if nivel == "PROTOCOLO" else "7",
        "sequencial_item": 1 if nivel == "ITEM" else None,
        "codigo": "1705",
        "acatado": None,
        "valor_recursado": TUDO,
        "valor_acatado": None,
        "justificativa": None,
    }
    return DecisaoRecurso(**{**modelo, **campos})


def resposta(*decisoes: DecisaoRecurso, total: Decimal | None = None) -> RespostaRecurso:
    return RespostaRecurso(
        numero_guia_recurso_prestador="9",
        numero_guia_recurso_operadora=None,
        numero_protocolo="1",
        numero_lote="1",
        decisoes=decisoes,
        valor_recursado=None,
        valor_acatado=total,
    )


def motivos(julgamento: Julgamento) -> set[str]:
    return {divergencia.motivo for divergencia in julgamento.divergencias}


def acatado(julgamento: Julgamento) -> list[Decimal]:
    return [decidida.valor_acatado for decidida in julgamento.decididas]


@pytest.mark.parametrize(
    ("nivel", "dito", "esperado"),
    [
        ("ITEM", {"valor_acatado": TUDO}, TUDO),
        ("ITEM", {"valor_acatado": METADE}, METADE),
        ("ITEM", {"valor_acatado": ZERO}, ZERO),
        # Yes or no, where a value should stand.
        ("ITEM", {"acatado": True}, TUDO),
        ("ITEM", {"acatado": False}, ZERO),
        ("ITEM", {}, None),
        ("GUIA", {"acatado": True}, TUDO),
        ("GUIA", {"acatado": False}, ZERO),
        ("GUIA", {}, None),
        ("PROTOCOLO", {"acatado": True}, TUDO),
        ("PROTOCOLO", {"acatado": False}, ZERO),
        ("PROTOCOLO", {}, None),
    ],
)
@pytest.mark.parametrize("com_total", [False, True])
def test_each_level_is_decided_in_its_way(
    nivel: Nivel, dito: dict[str, Any], esperado: Decimal | None, com_total: bool
) -> None:
    total = esperado if com_total else None
    julgamento = julgar_recurso(resposta(decisao(nivel, **dito), total=total), [glosa(nivel)])
    if esperado is None:
        assert (acatado(julgamento), julgamento.falta) == ([], True)
        assert motivos(julgamento) == {"RECURSO_SEM_DECISAO"}
    else:
        assert (acatado(julgamento), julgamento.falta) == ([esperado], False)
        assert motivos(julgamento) == set()


@pytest.mark.parametrize("nivel", ["GUIA", "PROTOCOLO"])
def test_of_one_glosa_as_a_whole_the_total_says_how_much(nivel: Nivel) -> None:
    julgamento = julgar_recurso(
        resposta(decisao(nivel, acatado=True), total=METADE), [glosa(nivel)]
    )
    assert (acatado(julgamento), motivos(julgamento)) == ([METADE], set())


@pytest.mark.parametrize(
    ("total", "esperadas"), [(None, set()), (TUDO, {"TOTAL_DO_RECURSO"}), (METADE, set())]
)
def test_a_total_that_is_no_sum_is_told(total: Decimal | None, esperadas: set[str]) -> None:
    glosas = [glosa(), glosa(id=2, sequencial_item=2)]
    decisoes = [decisao(valor_acatado=METADE), decisao(sequencial_item=2, valor_acatado=ZERO)]
    assert motivos(julgar_recurso(resposta(*decisoes, total=total), glosas)) == esperadas


def test_more_than_was_asked_for_is_told_and_counted() -> None:
    julgamento = julgar_recurso(resposta(decisao(valor_acatado=DEMAIS)), [glosa()])
    assert (acatado(julgamento), motivos(julgamento)) == ([DEMAIS], {"ACATADO_A_MAIS"})


@pytest.mark.parametrize(
    "campos",
    [
        {"numero_guia_prestador": "8"},
        {"sequencial_item": 2},
        {"nivel": "GUIA", "sequencial_item": None},
    ],
)
def test_what_is_said_of_something_else_decides_nothing(campos: dict[str, Any]) -> None:
    de_outro = replace(decisao(valor_acatado=TUDO), **campos)
    julgamento = julgar_recurso(resposta(de_outro), [glosa()])
    assert (acatado(julgamento), julgamento.falta) == ([], True)


def test_two_motives_of_an_item_are_told_apart_by_their_code() -> None:
    glosas = [glosa(), glosa(id=2, codigo="1801")]
    decisoes = [decisao(codigo="1801", valor_acatado=METADE), decisao(valor_acatado=ZERO)]
    julgamento = julgar_recurso(resposta(*decisoes), glosas)
    assert [(d.id, d.valor_acatado) for d in julgamento.decididas] == [(1, ZERO), (2, METADE)]


def test_the_only_decision_on_an_item_may_have_another_code() -> None:
    julgamento = julgar_recurso(resposta(decisao(codigo="", valor_acatado=METADE)), [glosa()])
    assert acatado(julgamento) == [METADE]
    # Of two, nobody knows which.
    duas = [decisao(codigo="x", valor_acatado=METADE), decisao(codigo="y", valor_acatado=TUDO)]
    assert julgar_recurso(resposta(*duas), [glosa()]).falta


def _em_ordem(respostas: Sequence[RespostaRecurso]) -> tuple[Decimal | None, bool]:
    """Take in answers one after the other; return what is granted, and whether they disagree."""
    atual, contradito = glosa(), False
    for dita in respostas:
        julgamento = julgar_recurso(dita, [atual])
        contradito |= "RECURSO_CONTRADITO" in motivos(julgamento)
        for decidida in julgamento.decididas:
            atual = replace(atual, valor_acatado=decidida.valor_acatado)
    return atual.valor_acatado, contradito


def test_answers_end_the_same_in_any_order_however_often_they_come() -> None:
    ditas = [resposta(decisao(valor_acatado=v)) for v in (ZERO, METADE, TUDO)] + [resposta()]
    for quais in product(ditas, repeat=3):
        fins = {_em_ordem(ordem) for ordem in permutations(quais)}
        assert len(fins) == 1
        valores = {_em_ordem([dita])[0] for dita in quais} - {None}
        assert fins == {(max(valores, default=None), len(valores) > 1)}


@pytest.mark.parametrize("protocolo", ["1", "0000000012", "123456789012"])
def test_a_protocolo_of_digits_can_be_contested(protocolo: str) -> None:
    assert impedimento(protocolo) is None


@pytest.mark.parametrize("protocolo", ["", "1a", " 1", "1234567890123", "١٢"])
def test_any_other_cannot(protocolo: str) -> None:
    assert "portal" in str(impedimento(protocolo))


def test_a_template_is_filled_and_what_is_not_known_is_left_empty() -> None:
    assert preencher("${guia}: ${procedimento}$$", {"guia": "7"}) == "7: $"


@pytest.mark.parametrize("modelo", ["${x}", "$", "${guia"])
def test_a_template_that_names_something_else_is_refused(modelo: str) -> None:
    with pytest.raises(ConfigError, match="existem guia, codigo"):
        preencher(modelo, {})
