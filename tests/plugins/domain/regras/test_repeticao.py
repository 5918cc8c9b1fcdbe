from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import time

import pytest
from guias_modelo import (
    ATENDIMENTO,
    CONSULTA_MINIMA,
    EXAME,
    GUIAS,
    HONORARIOS_MINIMA,
    ITEM,
    ODONTO_MINIMA,
    SP_SADT_MINIMA,
    trocar,
)
from regras_modelo import codigos, contexto, problemas, sempre_outra, sp_sadt

from tiss.domain.guia import Guia
from tiss.domain.regras import ChaveAtendimento, aplicar_regras, chaves_de_atendimento


def so(chave: ChaveAtendimento, *guias: str) -> dict[str, object]:
    def repetidas(pedida: ChaveAtendimento) -> Collection[str]:
        return guias if pedida == chave else ()

    return {"repetidas": repetidas}


def test_same_card_date_executante_and_procedure_elsewhere_is_warned_about() -> None:
    chave = ChaveAtendimento("00001", ATENDIMENTO, "P0042", "22", "10101012")
    (problema,) = problemas(CONSULTA_MINIMA, **so(chave, "77"))
    assert problema.codigo == "ATENDIMENTO_REPETIDO"
    assert "(77)" in problema.mensagem
    assert codigos(CONSULTA_MINIMA, **so(chave)) == []


@pytest.mark.parametrize("posicao", range(5))
def test_what_differs_in_any_part_of_the_key_is_another_attendance(posicao: int) -> None:
    partes: list[object] = ["00001", ATENDIMENTO, "P0042", "22", "10101012"]
    partes[posicao] = "outra"
    outra = ChaveAtendimento(*partes)
    assert codigos(CONSULTA_MINIMA, **so(outra, "77")) == []


def test_only_the_item_that_is_elsewhere_is_named() -> None:
    chave = ChaveAtendimento("00002", ATENDIMENTO, "P0042", "22", EXAME.codigo_procedimento or "")
    (problema,) = problemas(sp_sadt(ITEM, EXAME), **so(chave, "77"))
    assert (problema.item, problema.valor) == (2, EXAME.codigo_procedimento)


def test_procedure_done_twice_in_a_guia_is_asked_for_once() -> None:
    duas = sp_sadt(ITEM, replace(ITEM, sequencial_item=2, hora_inicial=time(9)))
    assert codigos(duas, repetidas=sempre_outra) == ["ATENDIMENTO_REPETIDO"]


def test_few_of_many_guias_are_named_in_order() -> None:
    (problema,) = aplicar_regras(
        CONSULTA_MINIMA, contexto(repetidas=lambda _: {"4", "3", "2", "1"})
    )
    assert "(1, 2, 3)" in problema.mensagem


@pytest.mark.parametrize("guia", GUIAS.values(), ids=list(GUIAS))
def test_keys_of_a_guia_are_what_it_will_be_asked_by(guia: Guia) -> None:
    pedidas: list[ChaveAtendimento] = []

    def repetidas(chave: ChaveAtendimento) -> Collection[str]:
        pedidas.append(chave)
        return ()

    aplicar_regras(guia, contexto(repetidas=repetidas))
    assert pedidas == chaves_de_atendimento(guia) != []


def test_executante_is_who_the_kind_of_guia_says() -> None:
    for guia in (CONSULTA_MINIMA, SP_SADT_MINIMA, HONORARIOS_MINIMA, ODONTO_MINIMA):
        assert {chave.executante for chave in chaves_de_atendimento(guia)} == {"P0042"}


@pytest.mark.parametrize(
    ("guia", "campo"),
    [
        (CONSULTA_MINIMA, "data_atendimento"),
        (CONSULTA_MINIMA, "contratado_executante"),
        (CONSULTA_MINIMA, "beneficiario.numero_carteira"),
        (SP_SADT_MINIMA, "itens.0.data_execucao"),
        (SP_SADT_MINIMA, "itens.0.codigo_tabela"),
        (SP_SADT_MINIMA, "itens.0.codigo_procedimento"),
        (HONORARIOS_MINIMA, "codigo_na_operadora"),
        (ODONTO_MINIMA, "codigo_prof_exec"),
    ],
)
def test_attendance_that_is_not_fully_told_is_not_asked_for(guia: Guia, campo: str) -> None:
    assert codigos(trocar(guia, campo, None), repetidas=sempre_outra) == []
