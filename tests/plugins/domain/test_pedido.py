from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tiss.domain.cadastro import Operacao
from tiss.domain.pedido import (
    GlosaContestada,
    GuiaContestada,
    GuiaOdontoContestada,
    ItemContestado,
    RecursoGlosa,
    contradicoes,
    total_recursado,
)

GLOSA = GlosaContestada(codigo_glosa="1801", justificativa="x")
INTEIRA = GuiaContestada(numero_guia_origem="1", glosas=(GLOSA,))


def item(valor: str | None) -> ItemContestado:
    return ItemContestado(
        sequencial_item=1,
        data_inicio=None,
        codigo_tabela="22",
        codigo_procedimento="1",
        descricao="x",
        codigo_glosa="1801",
        valor_recursado=None if valor is None else Decimal(valor),
        justificativa="x",
    )


def guia(*valores: str | None) -> GuiaContestada:
    return GuiaContestada(numero_guia_origem="1", itens=tuple(item(valor) for valor in valores))


def recurso(**mudancas: object) -> RecursoGlosa:
    padrao = RecursoGlosa(
        registro_ans="999001",
        numero_guia_rec_glosa_prestador="1",
        nome_operadora="x",
        objeto_recurso="2",
        contratado=None,
        numero_lote="1",
        numero_protocolo="1",
        guias=(guia("1.00"),),
        valor_total_recursado=Decimal("1.00"),
        data_recurso=None,
    )
    return replace(padrao, **mudancas)


def codigos(contestacao: RecursoGlosa) -> list[str]:
    return [problema.codigo for problema in contradicoes(contestacao)]


@pytest.mark.parametrize(
    ("guias", "total"),
    [
        ((guia("1.10", "2.20"), guia("0.03")), Decimal("3.33")),
        ((guia("1.10", None),), Decimal("1.10")),
        ((guia("0.00"),), Decimal("0.00")),
    ],
)
def test_total_of_contested_items_is_their_sum(
    guias: tuple[GuiaContestada, ...], total: Decimal
) -> None:
    assert total_recursado(guias) == total


@pytest.mark.parametrize(
    "guias",
    [
        (),
        (INTEIRA,),
        (guia("1.00"), INTEIRA),
        (GuiaOdontoContestada(numero_guia_prestador="1", codigo_glosa="1", justificativa="x"),),
    ],
)
def test_nobody_knows_the_total_of_a_guia_that_is_contested_as_a_whole(
    guias: tuple[GuiaContestada, ...],
) -> None:
    assert total_recursado(guias) is None


def test_recurso_that_agrees_with_itself_has_no_contradiction() -> None:
    assert codigos(recurso()) == []
    assert codigos(recurso(objeto_recurso="1", protocolo=GLOSA, guias=())) == []


@pytest.mark.parametrize("total", ["0.99", "1.01", "0.00"])
def test_total_that_is_not_the_sum_of_the_items_is_told(total: str) -> None:
    assert codigos(recurso(valor_total_recursado=Decimal(total))) == ["TOTAL"]


def test_total_of_a_whole_guia_is_what_the_caller_says() -> None:
    assert codigos(recurso(guias=(INTEIRA,), valor_total_recursado=Decimal("7.00"))) == []


def test_object_that_is_not_what_is_contested_is_told() -> None:
    assert codigos(recurso(objeto_recurso="1")) == ["CONTRADICAO"]
    assert codigos(recurso(protocolo=GLOSA, guias=())) == ["CONTRADICAO"]


@pytest.mark.parametrize("ausente", [{"objeto_recurso": None}, {"valor_total_recursado": None}])
def test_what_is_missing_contradicts_nothing(ausente: dict[str, None]) -> None:
    assert codigos(recurso(**ausente)) == []


def test_a_request_knows_its_operation_without_being_made() -> None:
    assert RecursoGlosa.operacao is Operacao.RECURSO_GLOSA
