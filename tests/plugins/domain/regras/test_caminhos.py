from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from guias_modelo import GUIAS
from regras_modelo import CASOS, TUSS, com_valores, contexto, sempre_outra

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Guia
from tiss.domain.problema import Problema
from tiss.domain.regras import aplicar_regras, regras
from tiss.messages.declaracao import Campo, Escolha, Lista, No
from tiss.messages.guias import DECLARACOES

TUDO = contexto(terminologia=TUSS, repetidas=sempre_outra, versao="4.02.00")
# Each makes many rules speak at once.
RUINS: dict[str, dict[type, object]] = {
    "futuro": {date: date.max},
    "zero": {Decimal: Decimal(0)},
    "um": {Decimal: Decimal(1), int: 1},
    "sem data": {date: None},
    "cbo": {str: "999999"},
    "cpf": {str: "39053344704"},
    "cnpj": {str: "11222333000182"},
    "tabela": {str: "18"},
    "material": {str: "03", Decimal: Decimal(2)},
    "opme": {str: "08"},
    "cirurgia": {str: "22"},
    "vazio": {str: ""},
}


def elementos(no: No, topo: str) -> Iterator[str]:
    if isinstance(no, Escolha):
        yield from (f"{topo}{nome}" for nome, _ in no.campos)
        return
    if isinstance(no, Lista):
        no = no.item
    yield f"{topo}{no.nome}"
    if not isinstance(no, Campo):
        for filho in no.filhos:
            yield from elementos(filho, f"{topo}{no.nome}/")


DECLARADOS = {
    tipo: {caminho for no in declaracao.filhos for caminho in elementos(no, "")}
    for tipo, declaracao in DECLARACOES.items()
}


def fora(tipo: TipoGuia, problemas: list[Problema]) -> list[str]:
    caminhos = {re.sub(r"\[\d+\]", "", problema.caminho) for problema in problemas}
    return sorted(caminhos - DECLARADOS[tipo])


@pytest.mark.parametrize("codigo", [regra.codigo for regra in regras()])
def test_path_of_a_problem_is_of_an_element_of_its_guia(codigo: str) -> None:
    caso = CASOS[codigo]
    assert fora(caso.guia.tipo, aplicar_regras(caso.guia, caso.contexto)) == []


@pytest.mark.parametrize("ruim", RUINS)
@pytest.mark.parametrize("nome", [nome for nome in GUIAS if "maxim" in nome])
def test_path_is_right_in_every_kind_of_guia(nome: str, ruim: str) -> None:
    guia: Guia = com_valores(GUIAS[nome], RUINS[ruim])
    assert fora(guia.tipo, aplicar_regras(guia, TUDO)) == []


@pytest.mark.parametrize(
    "nome", [nome for nome in GUIAS if "maxim" in nome and "consulta" not in nome]
)
def test_position_of_a_line_is_in_its_path(nome: str) -> None:
    guia = replace(GUIAS[nome], itens=GUIAS[nome].itens[-1:] * 3)
    (repetido,) = (p for p in aplicar_regras(guia, TUDO) if p.codigo == "SEQUENCIAL_REPETIDO")
    assert re.search(r"\[2\]/sequencialItem$", repetido.caminho)
