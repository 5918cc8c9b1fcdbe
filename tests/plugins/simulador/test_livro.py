"""The ledger: what was accepted, counted by attendance, and how often each lote arrived."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import STATUS, Cliente

from tiss.errors import ConfigError
from tiss.simulador.processo import Simulador


@pytest.fixture
def so_meu(config: dict[str, Any]) -> Iterator[Simulador]:
    """A simulator with an empty ledger."""
    with Simulador.start(config) as simulador:
        yield simulador


def test_same_attendance_under_two_guia_numbers_counts_twice(so_meu: Simulador) -> None:
    cliente = Cliente(so_meu.url)
    cliente.enviar(p.lote("1", [p.consulta("1"), p.consulta("2", carteira="55")]))
    cliente.enviar(p.lote("2", [p.consulta("3")]))
    (repetido,) = so_meu.repetidos()
    assert repetido == {
        "registro_ans": "999001",
        "executante": "P1",
        "carteira": "123456789",
        "data": p.ONTEM,
        "tabela": "22",
        "procedimento": "10101012",
        "sequencial": 1,
        "grau": "",
        "dente_regiao": "",
        "face": "",
        "aceites": 2,
        "vivos": 2,
        "guias": ["1", "3"],
    }
    assert [linha["aceites"] for linha in so_meu.livro()] == [2, 1]
    assert so_meu.resumo()["999001"]["atendimentos_repetidos"] == 1


def test_executante_by_cnpj_or_by_code_is_the_same(so_meu: Simulador) -> None:
    cliente = Cliente(so_meu.url, usuario="outra", senha="segredo2")
    for numero, executante in (
        ("1", ("cnpjContratado", "00000000000191")),
        ("2", ("codigoPrestadorNaOperadora", "P2")),
    ):
        guia = p.consulta(numero, executante=executante)
        assert cliente.enviar(p.lote(numero, [guia], prestador="P2")).protocolo
    assert [linha["executante"] for linha in so_meu.repetidos()] == ["P2"]


def test_items_of_a_guia_are_attendances_of_their_own(so_meu: Simulador) -> None:
    itens = [p.item("40301010", "10.00", sequencial=n) for n in (1, 2)]
    Cliente(so_meu.url).enviar(p.lote("1", [p.sp_sadt("1", itens)]))
    assert [linha["sequencial"] for linha in so_meu.livro("999001")] == [1, 2]
    assert so_meu.livro("999999") == []


@pytest.mark.parametrize(
    "gemeas",
    [
        pytest.param(
            [
                p.honorarios("1", [p.item("30101018", "90.00")], grau="00"),
                p.honorarios("2", [p.item("30101018", "27.00")], grau="01"),
            ],
            id="surgeon and assistant",
        ),
        pytest.param(
            [
                p.odonto("1", [p.item_odonto("85100099", "50.00", dente="11")]),
                p.odonto("2", [p.item_odonto("85100099", "50.00", dente="21")]),
            ],
            id="two teeth",
        ),
        pytest.param(
            [
                p.odonto("1", [p.item_odonto("82000883", "50.00", regiao="AI")]),
                p.odonto("2", [p.item_odonto("82000883", "50.00", regiao="AS")]),
            ],
            id="two regions of the mouth",
        ),
        pytest.param(
            [
                p.odonto("1", [p.item_odonto("85100099", "50.00", dente="11", face="O")]),
                p.odonto("2", [p.item_odonto("85100099", "50.00", dente="11", face="M")]),
            ],
            id="two faces of a tooth",
        ),
    ],
)
def test_same_procedure_by_another_hand_or_elsewhere_is_another_attendance(
    so_meu: Simulador, gemeas: list[tuple[str, p.Valor]]
) -> None:
    cliente = Cliente(so_meu.url)
    assert cliente.enviar(p.lote("1", gemeas)).protocolo
    assert so_meu.repetidos() == []
    assert len(so_meu.livro()) == 2
    assert so_meu.resumo()["999001"]["atendimentos_repetidos"] == 0


def test_resumo_adds_up_money_of_what_is_analysed(so_meu: Simulador) -> None:
    cliente = Cliente(so_meu.url)
    cliente.enviar(p.lote("1", [p.consulta("1", valor="350.00"), p.consulta("2", carteira="000")]))
    so_meu.avancar(120)
    cliente.enviar(p.lote("2", [p.consulta("3", valor="0.10", carteira="5")]))
    cliente.enviar(p.lote("2", [p.consulta("3", valor="0.10", carteira="5")]))
    cliente.enviar(p.pedido_status("1"), STATUS)
    assert so_meu.resumo() == {
        "999001": {
            "nome": "Saúde 999001",
            "lotes": 2,
            "guias": 3,
            "guias_canceladas": 0,
            "itens": 3,
            "valor_informado": "500.10",
            "valor_processado": "300.00",
            "valor_liberado": "300.00",
            "valor_glosado": "200.00",
            "valor_recuperado": "0.00",
            "valor_pago": "0.00",
            "em_analise": 1,
            "valor_em_analise": "0.10",
            "atendimentos_repetidos": 0,
            "requisicoes": {
                "tissLoteGuias": {"atendido": 2, "mensagem_erro_3268": 1},
                "tissSolicitacaoStatusProtocolo": {"mensagem_erro_3162": 1},
            },
        }
    }


def test_every_arrival_of_a_lote_is_counted_accepted_or_not(so_meu: Simulador) -> None:
    cliente = Cliente(so_meu.url)
    corpo = p.lote("77", [p.consulta("1")])
    cliente.enviar(corpo)
    cliente.enviar(corpo)
    cliente.enviar(corpo, senha="errada")
    so_meu.falha("http_503")
    cliente.enviar(corpo)
    cliente.enviar(p.lote("78", [p.consulta("2")], hash_="0" * 32))
    envios = {r["numero_lote"]: (r["envios"], r["aceito"]) for r in so_meu.requisicoes()}
    assert envios == {"77": (4, True), "78": (1, False)}


def test_ledger_and_clock_survive_a_kill(config: dict[str, Any], tmp_path: Path) -> None:
    estado = tmp_path / "estado.sqlite"
    with Simulador.start(config, estado) as simulador:
        protocolo = Cliente(simulador.url).enviar(p.lote("1", [p.consulta("1")])).protocolo
        simulador.avancar(10_000)
        simulador.matar()
    with Simulador.start(config, estado) as simulador:
        cliente = Cliente(simulador.url)
        assert cliente.enviar(p.lote("1", [p.consulta("1")])).erro == "3268"
        resposta = cliente.enviar(p.pedido_status(protocolo), STATUS)
        assert resposta.texto("statusProtocolo") == "3"


def test_ledger_of_another_version_is_refused(config: dict[str, Any], tmp_path: Path) -> None:
    estado = tmp_path / "estado.sqlite"
    with sqlite3.connect(estado) as antigo:
        antigo.execute("CREATE TABLE lote (id INTEGER)")
    with pytest.raises(ConfigError, match="de outra versão do simulador"):
        Simulador.start(config, estado)


def test_memory_ledger_starts_empty(config: dict[str, Any], so_meu: Simulador) -> None:
    Cliente(so_meu.url).enviar(p.lote("1", [p.consulta("1")]))
    with Simulador.start(config) as outro:
        assert outro.livro() == []


def test_protocols_are_numbered_by_each_operadora(config: dict[str, Any]) -> None:
    # So the same number may come from two operadoras: it means nothing without the registro ANS
    config["operadoras"].append({**config["operadoras"][0], "registro_ans": "999002"})
    with Simulador.start(config) as simulador:
        primeiro = Cliente(simulador.url).enviar(p.lote("1", [p.consulta("1")]))
        guia = p.consulta("1", registro_ans="999002")
        segundo = Cliente(simulador.url, "999002").enviar(
            p.lote("1", [guia], registro_ans="999002")
        )
    assert primeiro.protocolo == segundo.protocolo == "0000000001"


@pytest.mark.parametrize("segundos", [-1, "10", None, True])
def test_clock_only_goes_forward(simulador: Simulador, segundos: object) -> None:
    url = f"{simulador.url}/_simulador/relogio"
    assert requests.post(url, json={"avancar_segundos": segundos}, timeout=30).status_code == 400
