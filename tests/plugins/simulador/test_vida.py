"""Every situation of the standard comes up in a whole life, each in its time."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from tiss.simulador import prazos
from tiss.simulador.config import Credencial, Operadora
from tiss.simulador.modelo import GuiaAceita, Protocolo, Tipo

DIA = 24 * 3600.0
ACEITO = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC).timestamp()


def operadora(**campos: Any) -> Operadora:  # noqa: ANN401
    return Operadora(
        registro_ans="999001",
        nome="x",
        cnpj="0" * 14,
        versao="4.03.00",
        credenciais=(Credencial(usuario="a", senha="b", codigo_prestador="1"),),
        segundos_recebido=2 * DIA,
        segundos_em_analise=4 * DIA,
        segundos_ate_pagar=5 * DIA,
        preco_maximo={},
        **campos,
    )


def protocolo(numero: int, *, cancelada: bool = False) -> Protocolo:
    guia = GuiaAceita(
        numero="1",
        numero_operadora="1",
        senha=None,
        carteira="1",
        atendimento_rn="N",
        executante="1",
        data="2026-03-01",
        data_fim=None,
        cnes="9999999",
        informado=Decimal(1),
        liberado=Decimal(1),
        motivos=(),
        itens=(),
        cancelada=cancelada,
    )
    return Protocolo(
        numero=f"{numero:010d}",
        numero_lote="1",
        tipo=Tipo.CONSULTA,
        aceito_em=ACEITO,
        guias=(guia,),
    )


def vida(numero: int, de: Operadora) -> str:
    """The situation at noon of each day, from the first one on."""
    dito = protocolo(numero)
    return " ".join(prazos.status(dito, de, ACEITO + dia * DIA) for dia in range(13))


@pytest.mark.parametrize(
    ("numero", "esperada"),
    [
        (1, "1 1 2 2 2 2 5 5 3 3 3 6 6"),
        (4, "1 1 2 2 8 8 5 5 3 3 3 6 6"),
        (5, "7 1 2 2 2 2 5 5 3 3 3 6 6"),
        (7, "1 1 2 2 10 10 5 5 3 3 3 6 6"),
        # Asked for something: it cannot be blocked before that came.
        (28, "1 1 2 2 8 8 5 5 3 3 3 6 6"),
    ],
)
def test_a_whole_life_has_every_situation(numero: int, esperada: str) -> None:
    assert vida(numero, operadora(vida_completa=True)) == esperada


def test_the_usual_life_has_three() -> None:
    assert vida(20, operadora()) == "1 1 2 2 2 2 3 3 3 3 3 3 3"


@pytest.mark.parametrize("vida_completa", [False, True])
def test_what_is_cancelled_is_cancelled(vida_completa: bool) -> None:
    de = operadora(vida_completa=vida_completa)
    assert prazos.status(protocolo(5, cancelada=True), de, ACEITO) == "9"


def test_in_a_whole_life_a_payment_is_shown_when_it_is_paid() -> None:
    assert prazos.pagaveis(operadora()) == {"3", "6"}
    assert prazos.pagaveis(operadora(vida_completa=True)) == {"6"}
