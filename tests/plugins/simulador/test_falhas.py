"""Faults on demand: what the prestador sees, and whether the lote was accepted all the same."""

from __future__ import annotations

import time

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import LOTE, STATUS, Cliente
from lxml import etree

from tiss.simulador.processo import Simulador


def aceito(simulador: Simulador, numero: str) -> bool:
    return any(r["aceito"] for r in simulador.requisicoes() if r["numero_lote"] == numero)


@pytest.fixture
def lote(numero: str) -> bytes:
    return p.lote(numero, [p.consulta(numero)])


def test_reset_before_processing_accepts_nothing(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("reset_antes")
    with pytest.raises(requests.ConnectionError):
        cliente.enviar(lote)
    assert not aceito(simulador, numero)


def test_reset_after_processing_accepts_without_an_answer(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("reset_depois")
    with pytest.raises(requests.ConnectionError, match="reset"):
        cliente.enviar(lote)
    assert aceito(simulador, numero)


def test_no_answer_accepts_and_closes_after_holding(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("sem_resposta", segundos=0.3)
    inicio = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        cliente.enviar(lote)
    assert time.monotonic() - inicio >= 0.3
    assert aceito(simulador, numero)


def test_slow_before_processing_accepts_after_the_prestador_gave_up(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("lenta_antes", segundos=0.8)
    with pytest.raises(requests.ReadTimeout):
        cliente.enviar(lote, prazo=0.2)
    assert not aceito(simulador, numero)
    prazo = time.monotonic() + 5
    while not aceito(simulador, numero) and time.monotonic() < prazo:
        time.sleep(0.05)
    assert aceito(simulador, numero)


def test_slow_after_processing_answers_late(
    simulador: Simulador, cliente: Cliente, lote: bytes
) -> None:
    simulador.falha("lenta_depois", segundos=0.3)
    inicio = time.monotonic()
    assert cliente.enviar(lote).protocolo
    assert time.monotonic() - inicio >= 0.3


def test_slow_answer_does_not_hold_the_others(
    simulador: Simulador, cliente: Cliente, lote: bytes
) -> None:
    simulador.falha("sem_resposta", segundos=30, operacao=LOTE)
    with pytest.raises(requests.ReadTimeout):
        cliente.enviar(lote, prazo=0.3)
    assert cliente.enviar(p.pedido_status("0"), STATUS, prazo=2).erro == "3162"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
def test_http_status_accepts_nothing(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes, status: int
) -> None:
    simulador.falha(f"http_{status}")
    assert cliente.enviar(lote).status == status
    assert not aceito(simulador, numero)


@pytest.mark.parametrize("falha", ["http_502", "html", "fault_tiss", "mensagem_erro"])
def test_a_replaced_answer_may_hide_an_acceptance(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes, falha: str
) -> None:
    simulador.falha(falha, depois=True)
    assert b"numeroProtocolo" not in cliente.enviar(lote).http.content
    assert aceito(simulador, numero)


def test_html_page_comes_with_status_200(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("html")
    resposta = cliente.enviar(lote)
    assert resposta.status == 200
    assert resposta.http.headers["Content-Type"].startswith("text/html")
    assert not aceito(simulador, numero)


@pytest.mark.parametrize("codigo", ["1308", "5014"])
def test_mensagem_erro_with_a_code(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes, codigo: str
) -> None:
    simulador.falha("mensagem_erro", codigo=codigo)
    assert cliente.enviar(lote).erro == codigo
    assert not aceito(simulador, numero)


def test_mensagem_erro_does_not_open_the_door(simulador: Simulador, cliente: Cliente) -> None:
    simulador.falha("mensagem_erro")
    assert cliente.enviar(b"x", senha="errada").status == 401


@pytest.mark.parametrize(
    ("codigo", "fault"), [(None, "ErroInesperadoServidor"), ("LoginInvalido", "LoginInvalido")]
)
def test_fault_of_the_standard(
    simulador: Simulador,
    cliente: Cliente,
    numero: str,
    lote: bytes,
    codigo: str | None,
    fault: str,
) -> None:
    simulador.falha("fault_tiss", codigo=codigo)
    assert cliente.enviar(lote).fault == fault
    assert not aceito(simulador, numero)


def test_truncated_answer_is_shorter_than_it_declares(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("truncada")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        cliente.enviar(lote)
    assert aceito(simulador, numero)


def test_wrong_encoding_is_utf_8_under_another_name(
    simulador: Simulador, cliente: Cliente, lote: bytes
) -> None:
    simulador.falha("codificacao_errada")
    resposta = cliente.enviar(lote)
    assert resposta.http.headers["Content-Type"] == "text/xml; charset=ISO-8859-1"
    comentario = etree.fromstring(resposta.http.content).getprevious()
    assert comentario is not None
    assert comentario.text == " operaÃ§Ã£o concluÃ\xadda "


def test_fault_happens_as_often_as_asked_for(
    simulador: Simulador, cliente: Cliente, lote: bytes
) -> None:
    simulador.falha("http_503", vezes=2)
    assert [cliente.enviar(lote).status for _ in range(3)] == [503, 503, 200]
    assert simulador.falhas_pendentes() == []


def test_fault_waits_for_its_operadora_and_operation(
    simulador: Simulador, cliente: Cliente, lote: bytes
) -> None:
    simulador.falha("http_503", registro_ans="999003")
    simulador.falha("http_502", operacao=STATUS)
    assert cliente.enviar(lote).status == 200
    assert cliente.enviar(p.pedido_status("0"), STATUS).status == 502
    assert [f["falha"] for f in simulador.falhas_pendentes()] == ["http_503"]


def test_faults_happen_in_the_order_of_the_queue(simulador: Simulador, cliente: Cliente) -> None:
    simulador.falha("http_503")
    simulador.falha("http_429")
    assert [cliente.enviar(b"x").status for _ in range(3)] == [503, 429, 500]


def test_faults_can_be_forgotten(simulador: Simulador, cliente: Cliente, lote: bytes) -> None:
    simulador.falha("http_503")
    simulador.limpar_falhas()
    assert cliente.enviar(lote).protocolo


@pytest.mark.parametrize(
    "campos",
    [
        {"falha": "explodir"},
        {"falha": "http_500", "vezes": 0},
        {"falha": "http_500", "segundos": -1},
        {"falha": "http_500", "operacao": "tissOutra"},
        {"falha": "http_500", "registro_ans": 999001},
        {"falha": "fault_tiss", "codigo": "OutroErro"},
        {"falha": "http_500", "vez": 1},
        [],
    ],
)
def test_wrong_fault_is_refused_in_words(simulador: Simulador, campos: object) -> None:
    resposta = requests.post(f"{simulador.url}/_simulador/falhas", json=campos, timeout=5)
    assert resposta.status_code == 400
    assert resposta.json()["erro"]
