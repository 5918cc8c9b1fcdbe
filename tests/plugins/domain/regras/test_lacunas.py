"""What the XSD lets through inside a guia is stopped by the form or by a rule, and none raises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from decimal import Decimal

import pytest
from guias_modelo import CONSULTA_MINIMA, GUIAS, RESUMO_MINIMO, SP_SADT_MINIMA, trocar
from hypothesis import given
from hypothesis import strategies as st
from regras_modelo import CNPJ_ERRADO, TUSS, com_valores, contexto, problemas, sempre_outra

from tiss.domain.cadastro import Escrita
from tiss.domain.guia import Guia
from tiss.domain.partes import Alternativa, Totais
from tiss.domain.problema import Gravidade
from tiss.domain.regras import aplicar_regras
from tiss.messages.guias import Oficina

TUDO = contexto(terminologia=TUSS, repetidas=sempre_outra)
ENORME = Decimal("9e999999")


def erros(guia: Guia) -> set[str]:
    achados = [*Oficina(Escrita()).conferir(guia), *problemas(guia)]
    return {problema.codigo for problema in achados if problema.gravidade is Gravidade.ERRO}


@pytest.mark.parametrize(
    ("guia", "codigo"),
    [
        (replace(SP_SADT_MINIMA, itens=(), totais=Totais(geral=Decimal(0))), "SEM_ITEM"),
        (trocar(SP_SADT_MINIMA, "totais.geral", Decimal("1.00")), "TOTAL_GERAL_NAO_CONFERE"),
        (trocar(SP_SADT_MINIMA, "itens.0.valor_total", Decimal("-1.00")), "FORMATO"),
        (trocar(SP_SADT_MINIMA, "itens.0.quantidade", Decimal(0)), "FORMATO"),
        (trocar(SP_SADT_MINIMA, "itens.0.quantidade", Decimal(-1)), "FORMATO"),
        (trocar(SP_SADT_MINIMA, "totais.geral", Decimal("100000000.00")), "FORMATO"),
        (trocar(SP_SADT_MINIMA, "itens.0.reducao_acrescimo", Decimal("10.00")), "FORMATO"),
        (replace(RESUMO_MINIMO, contratado_executante=CNPJ_ERRADO), "DOCUMENTO_DO_PRESTADOR"),
        (replace(CONSULTA_MINIMA, cnes="X"), "CNES_INVALIDO"),
        (replace(SP_SADT_MINIMA, itens=SP_SADT_MINIMA.itens * 2), "SEQUENCIAL_REPETIDO"),
    ],
)
def test_hole_of_the_xsd_blocks(guia: Guia, codigo: str) -> None:
    assert codigo in erros(guia)


@pytest.mark.parametrize("nome", GUIAS)
def test_rules_do_not_say_again_what_the_form_says_of_an_empty_guia(nome: str) -> None:
    vazia = sem_valores(GUIAS[nome])
    ditos = {problema.caminho for problema in Oficina(Escrita()).conferir(vazia)}
    achados = {problema.caminho for problema in aplicar_regras(vazia, TUDO)}
    assert ditos
    assert not ditos & achados


@pytest.mark.parametrize("nome", GUIAS)
@pytest.mark.parametrize("absurdo", [ENORME, -ENORME, Decimal("1e-999999"), Decimal(0)])
def test_no_number_breaks_a_rule(nome: str, absurdo: Decimal) -> None:
    guia = com_valores(GUIAS[nome], {Decimal: absurdo, int: 10**5000, str: "", date: date.max})
    aplicar_regras(guia, TUDO)
    pela_metade = com_valores(GUIAS[nome], {Decimal: absurdo})
    aplicar_regras(pela_metade, TUDO)


VALORES = st.fixed_dictionaries(
    {
        str: st.none() | st.text(max_size=15),
        int: st.none() | st.integers(),
        Decimal: st.none() | st.decimals(allow_nan=False, allow_infinity=False),
        date: st.none() | st.dates(),
        time: st.none() | st.times(),
        bool: st.none() | st.booleans(),
    }
)


@given(guia=st.sampled_from(sorted(GUIAS)), valores=VALORES, dia=st.dates())
def test_no_value_that_can_be_read_breaks_a_rule(
    guia: str, valores: dict[type, object], dia: date
) -> None:
    aplicar_regras(com_valores(GUIAS[guia], valores), replace(TUDO, hoje=dia))


@pytest.mark.parametrize("nome", GUIAS)
def test_no_single_missing_value_breaks_a_rule(nome: str) -> None:
    caminhos = list(folhas(GUIAS[nome], ""))
    assert "numero_guia_prestador" in caminhos
    for caminho in caminhos:
        aplicar_regras(trocar(GUIAS[nome], caminho, None), TUDO)


def sem_valores(dado: Guia) -> Guia:
    return com_valores(dado, {str: None, int: None, Decimal: None, date: None, time: None})


def folhas(dado: object, topo: str) -> Iterator[str]:
    """The path of each simple value of a guia, as `trocar` takes it; Alternativa is one."""
    if isinstance(dado, tuple):
        for posicao, parte in enumerate(dado):
            yield from folhas(parte, f"{topo}{posicao}.")
    elif is_dataclass(dado) and not isinstance(dado, Alternativa):
        for campo in fields(dado):
            yield from folhas(getattr(dado, campo.name), f"{topo}{campo.name}.")
    else:
        yield topo.removesuffix(".")
