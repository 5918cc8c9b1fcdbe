from __future__ import annotations

from decimal import Decimal

import pytest
from guias_modelo import (
    CONSULTA_MINIMA,
    GUIAS,
    HONORARIOS_MAXIMA,
    ODONTO_MAXIMA,
    RESUMO_MAXIMO,
    RESUMO_MINIMO,
    SP_SADT_MAXIMA,
    SP_SADT_MINIMA,
    trocar,
)

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Guia
from tiss.domain.problema import Gravidade, Problema


@pytest.mark.parametrize(
    ("guia", "valor"),
    [
        (CONSULTA_MINIMA, "150.00"),
        (SP_SADT_MAXIMA, "1019.99"),
        (RESUMO_MAXIMO, "1019.99"),
        (HONORARIOS_MAXIMA, "800.00"),
        (ODONTO_MAXIMA, "200.00"),
    ],
    ids=lambda caso: type(caso).__name__,
)
def test_guia_asks_for_what_its_total_says(guia: Guia, valor: str) -> None:
    assert guia.valor_informado == Decimal(valor)


@pytest.mark.parametrize(
    ("guia", "atributo"),
    [
        (CONSULTA_MINIMA, "procedimento.valor_total"),
        (SP_SADT_MAXIMA, "totais.geral"),
        (RESUMO_MAXIMO, "totais.geral"),
        (HONORARIOS_MAXIMA, "valor_total_honorarios"),
        (ODONTO_MAXIMA, "valor_total_proc"),
    ],
    ids=lambda caso: type(caso).__name__,
)
def test_guia_without_a_total_asks_for_nothing(guia: Guia, atributo: str) -> None:
    assert trocar(guia, atributo, None).valor_informado == Decimal("0.00")


def test_each_guia_knows_in_which_lote_it_travels() -> None:
    assert {nome: guia.tipo for nome, guia in GUIAS.items()} == {
        f"{tipo.lower()}_{quanto}": tipo for tipo in TipoGuia for quanto in ("minima", "maxima")
    }


def test_consulta_has_one_item_and_only_two_kinds_may_have_expenses() -> None:
    assert CONSULTA_MINIMA.itens == (CONSULTA_MINIMA.procedimento,)
    com_despesas = {guia.tipo for guia in GUIAS.values() if guia.despesas}
    assert com_despesas == {TipoGuia.SP_SADT, TipoGuia.RESUMO_INTERNACAO}


def test_number_at_the_operadora_comes_from_the_authorisation() -> None:
    assert SP_SADT_MAXIMA.numero_guia_operadora == "OP-0002"
    assert SP_SADT_MINIMA.numero_guia_operadora is None
    assert RESUMO_MAXIMO.numero_guia_operadora == "OP-0002"
    assert RESUMO_MINIMO.numero_guia_operadora is None


def test_problem_blocks_unless_told_otherwise_and_reads_as_place_and_what_to_do() -> None:
    problema = Problema(codigo="AUSENTE", caminho="a/b", mensagem="carteira: preencha")
    assert str(problema) == "a/b: carteira: preencha"
    assert problema.gravidade is Gravidade.ERRO
    assert (Gravidade.ERRO, Gravidade.AVISO) == ("erro", "aviso")
