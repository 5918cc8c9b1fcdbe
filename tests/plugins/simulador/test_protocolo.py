"""The life of a protocol: received, in analysis, analysed; and what a demonstrativo shows then."""

from __future__ import annotations

from decimal import Decimal

import pedidos_tiss as p
import pytest
from cliente_tiss import DEMONSTRATIVO, STATUS, Cliente, Resposta

from tiss.simulador.processo import Simulador


def situacao(cliente: Cliente, protocolo: str) -> str | None:
    return cliente.enviar(p.pedido_status(protocolo), STATUS).texto("statusProtocolo")


def demonstrativo(cliente: Cliente, *protocolos: str) -> Resposta:
    return cliente.enviar(p.pedido_demonstrativo(*protocolos), DEMONSTRATIVO)


@pytest.fixture
def analisado(simulador: Simulador, cliente: Cliente, numero: str) -> Resposta:
    """The demonstrativo of a lote with every kind of verdict."""
    guias = [
        p.sp_sadt(f"{numero}-inteira", [p.item("40301010", "10.00")]),
        p.sp_sadt(
            f"{numero}-parcial",
            [
                p.item("40301010", "10.00", sequencial=1),
                p.item("20101023", "30.00", sequencial=2),
                p.item("40304361", "25.00", sequencial=3),
            ],
            despesas=[p.despesa("M1", "5.00", sequencial=4)],
            total="70.00",
        ),
        p.sp_sadt(f"{numero}-carteira", [p.item("40301010", "10.00")], carteira="9000"),
    ]
    protocolo = cliente.enviar(p.lote(numero, guias)).protocolo
    simulador.avancar(120)
    return demonstrativo(cliente, protocolo)


def test_status_goes_from_received_to_in_analysis_to_released(
    simulador: Simulador, cliente: Cliente, numero: str
) -> None:
    protocolo = cliente.enviar(p.lote(numero, [p.consulta(numero)])).protocolo
    vistos = [situacao(cliente, protocolo)]
    for _ in range(2):
        simulador.avancar(60)
        vistos.append(situacao(cliente, protocolo))
    assert vistos == ["1", "2", "3"]


def test_status_tells_values_only_once_analysed(
    simulador: Simulador, cliente: Cliente, numero: str
) -> None:
    lote = p.lote(numero, [p.consulta(numero, valor="350.00")])
    pedido = p.pedido_status(cliente.enviar(lote).protocolo)
    assert cliente.enviar(pedido, STATUS).texto("valorTotalLote/valorLiberado") == "0.00"
    simulador.avancar(120)
    assert cliente.enviar(pedido, STATUS).texto("valorTotalLote/valorLiberado") == "300.00"


@pytest.mark.parametrize("protocolo", ["9999999999", "1", "ABC", "²"])
def test_unknown_protocol_is_3162(cliente: Cliente, numero: str, protocolo: str) -> None:
    # Leading zeros are part of a number: 1 is not 0000000001
    cliente.enviar(p.lote(numero, [p.consulta(numero)]))
    assert cliente.enviar(p.pedido_status(protocolo), STATUS).erro == "3162"
    assert demonstrativo(cliente, protocolo).erro == "3162"


def test_protocol_of_another_prestador_is_3162(cliente: Cliente, numero: str) -> None:
    protocolo = cliente.enviar(p.lote(numero, [p.consulta(numero)])).protocolo
    for operacao, pedido in (
        (STATUS, p.pedido_status(protocolo, prestador="P2")),
        (DEMONSTRATIVO, p.pedido_demonstrativo(protocolo, prestador="P2")),
    ):
        resposta = cliente.enviar(pedido, operacao, usuario="outra", senha="segredo2")
        assert resposta.erro == "3162"


def test_demonstrativo_before_analysis_says_it_is_not_ready(cliente: Cliente, numero: str) -> None:
    protocolo = cliente.enviar(p.lote(numero, [p.consulta(numero)])).protocolo
    resposta = demonstrativo(cliente, protocolo)
    assert resposta.texto("situacaoDemonstrativoRetorno/situacaoDemonstrativo") == "1"


def test_demonstrativo_lists_every_guia_and_only_refused_items(analisado: Resposta) -> None:
    numeros = analisado.textos("relacaoGuias/numeroGuiaPrestador")
    assert [(n or "").split("-")[1] for n in numeros] == ["inteira", "parcial", "carteira"]
    assert analisado.textos("detalhesGuia/sequencialItem") == ["2", "3"]


def test_guia_is_released_or_closed_unpaid(analisado: Resposta) -> None:
    assert analisado.textos("situacaoGuia") == ["3", "3", "4"]


def test_whole_guia_refused_has_code_and_text(analisado: Resposta) -> None:
    assert analisado.texto("motivoGlosaGuia/codigoGlosa") == "1001"
    assert analisado.texto("motivoGlosaGuia/descricaoGlosa") == "NÚMERO DA CARTEIRA INVÁLIDO"


def test_shares_of_an_item_add_up_to_its_glosa(analisado: Resposta) -> None:
    assert analisado.textos("relacaoGlosa/tipoGlosa") == ["1801", "1705", "1801"]
    assert analisado.textos("relacaoGlosa/valorGlosa") == ["30.00", "15.00", "10.00"]


@pytest.mark.parametrize(
    ("campo", "esperado"),
    [
        ("valorInformado", ["10.00", "70.00", "10.00"]),
        ("valorProcessado", ["10.00", "15.00", "0.00"]),
        ("valorLiberado", ["10.00", "15.00", "0.00"]),
        ("valorGlosa", ["0.00", "55.00", "10.00"]),
    ],
)
def test_totals_add_up_from_guia_to_protocolo_to_geral(
    analisado: Resposta, campo: str, esperado: list[str]
) -> None:
    assert analisado.textos(f"relacaoGuias/{campo}Guia") == esperado
    soma = str(sum(map(Decimal, esperado)))
    assert analisado.texto(f"{campo}Protocolo") == analisado.texto(f"{campo}Geral") == soma


def test_asking_twice_gives_the_same_demonstrativo(
    simulador: Simulador, cliente: Cliente, analisado: Resposta
) -> None:
    simulador.avancar(100)
    de_novo = demonstrativo(cliente, analisado.protocolo)
    for campo in ("numeroDemonstrativo", "dataEmissao"):
        assert de_novo.texto(campo) == analisado.texto(campo)


def test_one_demonstrativo_for_each_of_30_protocols(
    simulador: Simulador, cliente: Cliente, numero: str
) -> None:
    protocolos = [
        cliente.enviar(p.lote(f"{numero}x{n}", [p.consulta(f"{numero}x{n}")])).protocolo
        for n in range(30)
    ]
    simulador.avancar(120)
    resposta = demonstrativo(cliente, *protocolos)
    assert resposta.textos("dadosProtocolo/numeroProtocolo") == protocolos


def test_protocols_not_analysed_show_only_their_situation_beside_analysed_ones(
    simulador: Simulador, cliente: Cliente, numero: str
) -> None:
    antigo = cliente.enviar(p.lote(numero, [p.consulta(numero)])).protocolo
    simulador.avancar(120)
    guia = p.consulta(f"{numero}b", carteira="000")
    novo = cliente.enviar(p.lote(f"{numero}b", [guia])).protocolo
    resposta = demonstrativo(cliente, antigo, novo, "9999999999")
    assert resposta.textos("situacaoProtocolo") == ["3", "1"]
    assert resposta.textos("situacaoGuia") == ["3", "1"]
    assert resposta.textos("valorLiberadoGuia") == ["150.00", "0.00"]
    assert resposta.texto("motivoGlosaGuia/codigoGlosa") is None
