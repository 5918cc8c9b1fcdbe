"""Cancelling a lote or guias: what it answers, what is left of it, and what may be billed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import CANCELAMENTO, DEMONSTRATIVO, STATUS, Cliente, Resposta, operadora

from tiss.simulador.processo import Simulador

LOTE_E_GUIA, LOTE, GUIA, ENQUANTO_RECEBIDO, NAO_OFERECE = CANCELAMENTOS = (
    "LOTE_E_GUIA",
    "LOTE",
    "GUIA",
    "ENQUANTO_RECEBIDO",
    "NAO_OFERECE",
)
LIVRE, REPETE = "999106", "999107"
REGISTROS = {nome: f"99910{n}" for n, nome in enumerate(CANCELAMENTOS, 1)}


@pytest.fixture(scope="module")
def operadoras() -> Iterator[Simulador]:
    config = [operadora(registro, cancelamento=nome) for nome, registro in REGISTROS.items()]
    config.append(operadora(LIVRE, numero_cancelado="LIVRE"))
    config.append(operadora(REPETE, deduplica=False))
    with Simulador.start({"operadoras": config}) as simulador:
        yield simulador
        assert simulador.erros() == ""


class Prestador:
    """P1 at one operadora."""

    def __init__(self, simulador: Simulador, registro_ans: str) -> None:
        self.registro_ans = registro_ans
        self.cliente = Cliente(simulador.url, registro_ans)

    def lote(self, numero: str, *guias: str) -> Resposta:
        # A carteira of its own: an attendance for each number
        pedido = [
            p.consulta(guia, carteira=f"77{guia}", registro_ans=self.registro_ans)
            for guia in guias or (numero,)
        ]
        return self.cliente.enviar(p.lote(numero, pedido, registro_ans=self.registro_ans))

    def cancelar(self, *argumentos: str) -> list[str | None]:
        corpo = p.cancelamento_de_lote(*argumentos, registro_ans=self.registro_ans)
        return self.cliente.enviar(corpo, CANCELAMENTO).textos("statusCancelamento")

    def cancelar_guias(self, *numeros: str, **campos: str) -> list[str | None]:
        corpo = p.cancelamento_de_guias(*numeros, **campos, registro_ans=self.registro_ans)
        return self.cliente.enviar(corpo, CANCELAMENTO).textos("statusCancelamento")

    def status(self, protocolo: str) -> Resposta:
        pedido = p.pedido_status(protocolo, registro_ans=self.registro_ans)
        return self.cliente.enviar(pedido, STATUS)

    def demonstrativo(self, *protocolos: str) -> Resposta:
        pedido = p.pedido_demonstrativo(*protocolos, registro_ans=self.registro_ans)
        return self.cliente.enviar(pedido, DEMONSTRATIVO)


@pytest.fixture
def prestador(operadoras: Simulador) -> Callable[[str], Prestador]:
    return lambda nome: Prestador(operadoras, REGISTROS.get(nome, nome))


@pytest.fixture
def livre_para_tudo(prestador: Callable[[str], Prestador]) -> Prestador:
    return prestador(LOTE_E_GUIA)


def vivos(simulador: Simulador, *guias: str) -> list[tuple[int, int]]:
    """The acceptances of some guias, ever and alive."""
    livro = [linha for linha in simulador.livro() if linha["carteira"] in {f"77{g}" for g in guias}]
    return [(linha["aceites"], linha["vivos"]) for linha in livro]


def test_cancelled_lote_is_no_longer_alive(
    operadoras: Simulador, livre_para_tudo: Prestador, numero: str
) -> None:
    livre_para_tudo.lote(numero, numero, f"{numero}b")
    assert vivos(operadoras, numero, f"{numero}b") == [(1, 1), (1, 1)]
    assert livre_para_tudo.cancelar(numero) == ["1"]
    assert vivos(operadoras, numero, f"{numero}b") == [(1, 0), (1, 0)]


def test_cancelling_again_succeeds_again(livre_para_tudo: Prestador, numero: str) -> None:
    livre_para_tudo.lote(numero)
    assert [livre_para_tudo.cancelar(numero) for _ in range(2)] == [["1"], ["1"]]
    assert [livre_para_tudo.cancelar_guias(numero) for _ in range(2)] == [["1"], ["1"]]


def test_lote_that_never_arrived_is_5(livre_para_tudo: Prestador, numero: str) -> None:
    assert livre_para_tudo.cancelar(numero) == ["5"]


def test_lote_under_another_protocol_is_6(
    operadoras: Simulador, livre_para_tudo: Prestador, numero: str
) -> None:
    protocolo = livre_para_tudo.lote(numero).protocolo
    outro = livre_para_tudo.lote(f"{numero}b").protocolo
    assert livre_para_tudo.cancelar(numero, outro) == ["6"]
    assert vivos(operadoras, numero) == [(1, 1)]
    assert livre_para_tudo.cancelar(numero, protocolo) == ["1"]


def test_each_guia_has_an_answer_of_its_own(
    operadoras: Simulador, livre_para_tudo: Prestador, numero: str
) -> None:
    livre_para_tudo.lote(numero, numero, f"{numero}b")
    assert livre_para_tudo.cancelar_guias(f"{numero}x", numero) == ["3", "1"]
    assert vivos(operadoras, numero, f"{numero}b") == [(1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("campos", "status"),
    [
        ({"tipo": "1"}, "3"),
        ({"tipo": "3"}, "3"),
        ({"numero_operadora": "OUTRO"}, "3"),
        ({"protocolo": "9999999999"}, "6"),
    ],
)
def test_guia_that_does_not_match_is_left_alone(
    operadoras: Simulador,
    livre_para_tudo: Prestador,
    numero: str,
    campos: dict[str, str],
    status: str,
) -> None:
    livre_para_tudo.lote(numero)
    assert livre_para_tudo.cancelar_guias(numero, **campos) == [status]
    assert vivos(operadoras, numero) == [(1, 1)]


def test_nobody_cancels_the_lote_of_another(
    operadoras: Simulador, livre_para_tudo: Prestador, numero: str
) -> None:
    livre_para_tudo.lote(numero)
    registro_ans = livre_para_tudo.registro_ans
    outro = Cliente(operadoras.url, registro_ans, usuario="outra", senha="segredo2")
    pedido = p.cancelamento_de_lote(numero, prestador="P2", registro_ans=registro_ans)
    assert outro.enviar(pedido, CANCELAMENTO).texto("statusCancelamento") == "5"
    assert vivos(operadoras, numero) == [(1, 1)]


@pytest.mark.parametrize(
    ("oferta", "do_lote", "da_guia"), [(LOTE, "1", "2"), (GUIA, "2", "1"), (LOTE_E_GUIA, "1", "1")]
)
def test_operadora_cancels_only_what_it_offers_to(
    prestador: Callable[[str], Prestador], numero: str, oferta: str, do_lote: str, da_guia: str
) -> None:
    dela = prestador(oferta)
    dela.lote(numero)
    dela.lote(f"{numero}b")
    assert dela.cancelar(numero) == [do_lote]
    assert dela.cancelar_guias(f"{numero}b") == [da_guia]


def test_cancelling_may_end_when_the_analysis_begins(
    operadoras: Simulador, prestador: Callable[[str], Prestador], numero: str
) -> None:
    dela = prestador(ENQUANTO_RECEBIDO)
    dela.lote(numero, numero, f"{numero}b")
    assert dela.cancelar_guias(numero) == ["1"]
    operadoras.avancar(60)
    assert dela.cancelar(numero) == ["2"]
    assert dela.cancelar_guias(f"{numero}b") == ["2"]
    assert vivos(operadoras, numero, f"{numero}b") == [(1, 0), (1, 1)]


def test_service_that_is_not_offered_is_404(prestador: Callable[[str], Prestador]) -> None:
    dela = prestador(NAO_OFERECE)
    corpo = p.cancelamento_de_lote("1", registro_ans=dela.registro_ans)
    url = f"{dela.cliente.url}/{dela.registro_ans}/{CANCELAMENTO}"
    assert requests.post(url, data=corpo, timeout=30).status_code == 404


def test_number_of_what_was_cancelled_is_spent(livre_para_tudo: Prestador, numero: str) -> None:
    livre_para_tudo.lote(numero)
    livre_para_tudo.cancelar(numero)
    assert livre_para_tudo.lote(numero).erro == "3268"
    assert livre_para_tudo.lote(f"{numero}b", numero).erro == "1308"


def test_number_of_what_was_cancelled_may_be_free_again(
    operadoras: Simulador, prestador: Callable[[str], Prestador], numero: str
) -> None:
    dela = prestador(LIVRE)
    primeiro = dela.lote(numero).protocolo
    assert dela.lote(numero).erro == "3268"
    dela.cancelar(numero)
    assert dela.lote(numero).protocolo not in {"", primeiro}
    assert vivos(operadoras, numero) == [(2, 1)]
    assert operadoras.repetidos(LIVRE) == []


def test_lote_is_not_free_while_one_guia_is_alive(
    prestador: Callable[[str], Prestador], numero: str
) -> None:
    dela = prestador(LIVRE)
    dela.lote(numero, numero, f"{numero}b")
    dela.cancelar_guias(numero)
    assert dela.lote(numero, f"{numero}c").erro == "3268"
    assert dela.lote(f"{numero}d", numero).protocolo
    assert dela.lote(f"{numero}e", f"{numero}b").erro == "1308"


def test_operadora_that_does_not_compare_takes_a_lote_twice(
    operadoras: Simulador, prestador: Callable[[str], Prestador], numero: str
) -> None:
    dela = prestador(REPETE)
    protocolos = [dela.lote(numero).protocolo for _ in range(2)]
    assert len(set(protocolos)) == 2
    assert vivos(operadoras, numero) == [(2, 2)]
    assert len(operadoras.repetidos(REPETE)) == 1
    (chegada,) = operadoras.requisicoes(REPETE)
    assert (chegada["envios"], chegada["numero_protocolo"]) == (2, protocolos[1])
    assert dela.cancelar(numero, protocolos[0]) == ["1"]
    assert operadoras.repetidos(REPETE) == []
    assert dela.lote(f"{numero}x", "igual", "igual").erro == "1308"


def test_cancelled_protocol_has_status_9_and_no_demonstrativo(
    operadoras: Simulador, livre_para_tudo: Prestador, numero: str
) -> None:
    protocolo = livre_para_tudo.lote(numero).protocolo
    livre_para_tudo.cancelar(numero)
    operadoras.avancar(120)
    status = livre_para_tudo.status(protocolo)
    assert status.texto("statusProtocolo") == "9"
    assert status.texto("valorTotalLote/valorProcessado") == "0.00"
    resposta = livre_para_tudo.demonstrativo(protocolo)
    assert resposta.texto("situacaoDemonstrativo") == "9"


def test_cancelled_guia_leaves_the_status_and_is_9_in_the_demonstrativo(
    operadoras: Simulador, livre_para_tudo: Prestador, numero: str
) -> None:
    protocolo = livre_para_tudo.lote(numero, numero, f"{numero}b").protocolo
    livre_para_tudo.cancelar_guias(numero)
    operadoras.avancar(120)
    assert livre_para_tudo.status(protocolo).textos("numeroGuiaPrestador") == [f"{numero}b"]
    demonstrativo = livre_para_tudo.demonstrativo(protocolo)
    assert demonstrativo.textos("situacaoGuia") == ["9", "3"]
    assert demonstrativo.textos("valorLiberadoGuia") == ["0.00", "150.00"]
    assert demonstrativo.texto("valorInformadoProtocolo") == "150.00"


def test_resumo_counts_what_is_alive(config: dict[str, Any]) -> None:
    with Simulador.start(config) as simulador:
        dela = Prestador(simulador, "999001")
        dela.lote("1", "1", "2")
        dela.lote("2", "3")
        dela.cancelar_guias("1")
        dela.cancelar("2")
        resumo = simulador.resumo()["999001"]
    assert (resumo["lotes"], resumo["guias"], resumo["itens"]) == (1, 1, 1)
    assert (resumo["guias_canceladas"], resumo["valor_informado"]) == (2, "150.00")


@pytest.mark.parametrize("versao", ["4.02.00", "4.01.00"])
def test_receipt_is_valid_in_every_version(
    da_versao: Callable[[str], Cliente], numero: str, versao: str
) -> None:
    cliente = da_versao(versao)
    cabecalho = {"registro_ans": cliente.registro_ans, "padrao": versao, "prestador": "P2"}
    for corpo in (
        p.cancelamento_de_lote(numero, **cabecalho),
        p.cancelamento_de_guias(numero, **cabecalho),
    ):
        assert cliente.enviar(corpo, CANCELAMENTO).texto("statusCancelamento") in {"3", "5"}
