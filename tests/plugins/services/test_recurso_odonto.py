"""A recurso of dental guias, all the way: each item at the tooth or region where it was billed."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from guias_da_visao import COLUNAS, DIA
from oficina import SERVICOS_DE_RECURSO, Oficina
from recorrente import contas, mensagem, situacoes, um_aprovado, um_rascunho

from tiss.domain.partes import Alternativa
from tiss.domain.pedido import RecursoGlosaOdonto
from tiss.errors import RejectedError
from tiss.services import recurso
from tiss.simulador.processo import Simulador

ZERO = Decimal("0.00")
RESTAURACAO, RASPAGEM, CONSULTA = "85100099", "82000883", "81000030"
# Procedure, what is billed, what the operadora pays, and where in the mouth.
COBRADOS: list[tuple[str, str, str, dict[str, Any]]] = [
    (RESTAURACAO, "120.00", "90.00", {"dente_regiao": {"codDente": "11"}, "dente_face": "OM"}),
    (RASPAGEM, "80.00", "60.00", {"dente_regiao": {"codRegiao": "AI"}}),
    (CONSULTA, "60.00", "45.00", {}),
]
VERSOES = ("4.03.00", "4.02.00", "4.01.00")
LUGARES = [
    (Alternativa(elemento="codDente", valor="11"), "OM"),
    (Alternativa(elemento="codRegiao", valor="AI"), None),
    (None, None),
]
RECUSADO = [Decimal("30.00"), Decimal("20.00"), Decimal("15.00")]


def atender(oficina: Oficina, carteira: str) -> str:
    """Feed one treatment of three items; return its consulta_id."""
    (consulta_id,) = oficina.atender()
    itens = [
        {
            "sequencial_item": n,
            "codigo_tabela": "22",
            "codigo_procedimento": codigo,
            "descricao": "Procedimento odontológico",
            "data_execucao": DIA,
            "quantidade": "1",
            "valor_total": valor,
            "autorizado": True,
            **onde,
        }
        for n, (codigo, valor, _, onde) in enumerate(COBRADOS, 1)
    ]
    colunas = {**COLUNAS["ODONTO"], "itens": json.dumps(itens)}
    oficina.alimentar(
        consulta_id=consulta_id, tipo_guia="ODONTO", numero_carteira=carteira, **colunas
    )
    return consulta_id


@pytest.fixture
def operadora(recorrente: Oficina, simular: Callable[..., Simulador]) -> Simulador:
    """The simulated operadoras, which pay at once, and less for each procedure than is billed."""
    simulador = simular(
        segundos_ate_pagar=0.0,
        preco_maximo={codigo: pago for codigo, _, pago, _ in COBRADOS},
    )
    recorrente.enderecar(**SERVICOS_DE_RECURSO)
    return simulador


def faturar(oficina: Oficina, operadora: Simulador, versao: str = VERSOES[0]) -> None:
    """Bill two treatments, and read what became of them: of each R$ 65.00 were refused."""
    oficina.configurar(versao_tiss=versao)
    atender(oficina, "123456781")
    atender(oficina, "123456782")
    (lote,) = oficina.montar().lotes
    assert oficina.enviar(lote) is None
    operadora.avancar(60)
    assert oficina.hora() == []


def pagar(oficina: Oficina) -> None:
    """Ask what was paid until nothing new comes."""
    for _ in range(2):
        assert oficina.hora() == []
        oficina.fazer("DELETE FROM tiss.consulta_pagamento")


@pytest.mark.parametrize("versao", VERSOES)
def test_what_was_refused_of_teeth_comes_back_and_is_paid(
    recorrente: Oficina, simular: Callable[..., Simulador], versao: str
) -> None:
    simulador = simular(
        versao=versao,
        segundos_ate_pagar=0.0,
        preco_maximo={codigo: pago for codigo, _, pago, _ in COBRADOS},
    )
    recorrente.enderecar(**SERVICOS_DE_RECURSO)
    faturar(recorrente, simulador, versao)
    assert contas(recorrente)["glosado"] == 2 * sum(RECUSADO)
    _, lote = um_aprovado(recorrente)
    lida = mensagem(recorrente, lote)
    assert isinstance(lida, RecursoGlosaOdonto)
    assert lida.valor_total_recursado == 2 * sum(RECUSADO)
    for guia in lida.guias:
        assert [(item.dente_regiao, item.dente_face) for item in guia.itens] == LUGARES
        assert [item.valor_recursado for item in guia.itens] == RECUSADO
        assert [item.codigo_procedimento for item in guia.itens] == [c for c, *_ in COBRADOS]

    # The simulated operadora holds the message against the XSD, and each place against the guia.
    assert recorrente.enviar(lote) is None
    assert situacoes(recorrente) == {"ENVIADO"}
    assert contas(recorrente)["em_recurso"] == 2 * sum(RECUSADO)
    simulador.avancar(60)
    pagar(recorrente)
    assert (recorrente.status(lote), situacoes(recorrente)) == ("PROCESSADO", {"RESPONDIDO"})
    achadas = contas(recorrente)
    assert (achadas["em_recurso"], achadas["a_receber"], achadas["a_pagar"]) == (ZERO, ZERO, ZERO)
    assert achadas["recuperado"] == 2 * sum(RECUSADO)
    assert achadas["pago"] == Decimal(simulador.resumo()["999001"]["valor_pago"])
    assert achadas["pago"] == Decimal("520.00")
    assert recorrente.divergencias() == set()


def test_a_part_may_be_granted_and_that_alone_is_paid(
    recorrente: Oficina, operadora: Simulador
) -> None:
    faturar(recorrente, operadora)
    recurso_id = um_rascunho(recorrente)
    recurso.justificar(recorrente.repo, recurso_id, "Errado.", por="Ana", guia="1", item=2)
    recurso.justificar(recorrente.repo, recurso_id, "Errado.", por="Ana", guia="2")
    recorrente.enviar(recurso.aprovar(recorrente.repo, recurso_id, por="Ana"))
    operadora.avancar(60)
    pagar(recorrente)
    linhas = recorrente.linhas(
        "SELECT recuperado, pago_por_recurso, a_receber FROM tiss.conciliacao_guia ORDER BY guia_id"
    )
    assert [tuple(linha.values()) for linha in linhas] == [
        (Decimal("45.00"), Decimal("45.00"), ZERO),
        (ZERO, ZERO, ZERO),
    ]
    assert contas(recorrente)["pago"] == Decimal(operadora.resumo()["999001"]["valor_pago"])
    assert recorrente.divergencias() == set()


def test_a_refused_treatment_is_authorised_when_anything_of_it_is_granted(
    recorrente: Oficina, operadora: Simulador
) -> None:
    consulta = atender(recorrente, "123456000")
    (lote,) = recorrente.montar().lotes
    recorrente.enviar(lote)
    operadora.avancar(60)
    recorrente.hora()
    assert recorrente.guia(consulta)["status"] == "NEGADA"
    _, enviado = um_aprovado(recorrente)
    recorrente.enviar(enviado)
    operadora.avancar(60)
    pagar(recorrente)
    assert recorrente.guia(consulta)["status"] == "AUTORIZADA"
    achadas = contas(recorrente)
    assert (achadas["recuperado"], achadas["pago"]) == (Decimal("260.00"), Decimal("260.00"))
    assert recorrente.divergencias() == set()


@pytest.mark.parametrize(
    ("erro", "codigo"),
    [
        ("codigo_dente = '12' WHERE codigo_dente = '11'", "5037"),
        ("codigo_dente = NULL", "5037"),
        ("codigo_regiao = 'AS' WHERE codigo_regiao = 'AI'", "5037"),
        ("dente_face = NULL", "5039"),
    ],
)
def test_another_place_than_was_billed_is_not_taken(
    recorrente: Oficina, operadora: Simulador, erro: str, codigo: str
) -> None:
    faturar(recorrente, operadora)
    recorrente.fazer(f"UPDATE tiss.guia_item SET {erro}")
    _, lote = um_aprovado(recorrente)
    recusado = recorrente.enviar(lote)
    assert isinstance(recusado, RejectedError)
    assert codigo in str(recusado)
    assert operadora.recursos() == []
