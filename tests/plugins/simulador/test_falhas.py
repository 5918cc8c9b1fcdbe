"""Faults on demand: what the prestador sees, and whether the lote was accepted all the same."""

from __future__ import annotations

import base64
import socket
import time
import zlib

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import CANCELAMENTO, LOTE, STATUS, Cliente
from lxml import etree

from tiss.simulador.processo import Simulador

SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


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


@pytest.mark.parametrize("status", [401, 403, 404, 405, 413, 415, 429, 500, 502, 503, 504])
def test_http_status_accepts_nothing(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes, status: int
) -> None:
    simulador.falha(f"http_{status}")
    assert cliente.enviar(lote).status == status
    assert not aceito(simulador, numero)


@pytest.mark.parametrize(
    "falha", ["http_502", "html", "fault_tiss", "mensagem_erro", "redireciona"]
)
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


def test_redirect_says_where_to_and_accepts_nothing(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("redireciona")
    url = f"{cliente.url}/999001/{LOTE}"
    resposta = requests.post(
        url, lote, auth=("clinica", "segredo"), allow_redirects=False, timeout=30
    )
    assert (resposta.status_code, resposta.headers["Location"]) == (302, f"/999001/{LOTE}/mudou")
    assert not aceito(simulador, numero)


def test_right_credential_may_be_refused_once_as_a_spent_token(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("token_recusado")
    resposta = cliente.enviar(lote)
    assert resposta.status == 401
    assert 'error="invalid_token"' in resposta.http.headers["WWW-Authenticate"]
    assert not aceito(simulador, numero)
    assert cliente.enviar(lote).protocolo


def test_lote_is_accepted_later_even_if_a_cancel_did_not_find_it(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("aceita_depois", segundos=1.5)
    with pytest.raises(requests.ConnectionError, match="reset"):
        cliente.enviar(lote)
    cancelar = p.cancelamento_de_lote(numero)
    assert cliente.enviar(cancelar, CANCELAMENTO).texto("statusCancelamento") == "5"
    assert not aceito(simulador, numero)
    prazo = time.monotonic() + 20
    while not aceito(simulador, numero) and time.monotonic() < prazo:
        time.sleep(0.05)
    assert aceito(simulador, numero)


def cru(cliente: Cliente, lote: bytes) -> tuple[bytes, bytes]:
    """Send a lote over a plain socket; return header and body as they came."""
    endereco = cliente.url.removeprefix("http://")
    credencial = base64.b64encode(b"clinica:segredo").decode()
    cabecalho = (
        f"POST /999001/{LOTE} HTTP/1.1\r\nHost: {endereco}\r\n"
        f"Authorization: Basic {credencial}\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(lote)}\r\n\r\n"
    )
    host, porta = endereco.split(":")
    with socket.create_connection((host, int(porta)), timeout=20) as conexao:
        conexao.sendall(cabecalho.encode() + lote)
        recebido = b"".join(iter(lambda: conexao.recv(65536), b""))
    inicio, _, corpo = recebido.partition(b"\r\n\r\n")
    return inicio.lower(), corpo


def test_header_that_never_ends_comes_byte_by_byte(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("para_no_cabecalho", segundos=0.5)
    inicio = time.monotonic()
    cabecalho, corpo = cru(cliente, lote)
    assert time.monotonic() - inicio >= 0.5
    assert cabecalho.startswith(b"http/1.1 200 ok\r\nx-espera: ..")
    assert corpo == b""
    assert aceito(simulador, numero)


def test_answer_without_a_length_ends_half_way(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("sem_tamanho")
    cabecalho, corpo = cru(cliente, lote)
    assert cabecalho.startswith(b"http/1.1 200 ok")
    assert b"content-length" not in cabecalho
    assert b"transfer-encoding" not in cabecalho
    assert corpo.startswith(b"<?xml")
    assert b"</soapenv:Envelope>" not in corpo
    assert aceito(simulador, numero)


def test_compressed_answer_is_right(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("gzip")
    resposta = cliente.enviar(lote)
    assert resposta.http.headers["Content-Encoding"] == "gzip"
    assert resposta.protocolo
    assert aceito(simulador, numero)


def test_compressed_answer_may_be_cut(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("gzip_cortado")
    cabecalho, corpo = cru(cliente, lote)
    assert b"content-encoding: gzip" in cabecalho
    assert b"content-length" not in cabecalho
    descompressor = zlib.decompressobj(wbits=31)
    assert descompressor.decompress(corpo).startswith(b"<?xml")
    assert not descompressor.eof
    assert aceito(simulador, numero)


def test_answer_may_come_in_soap_1_2(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("soap12")
    http = cliente.enviar(lote).http
    assert http.headers["Content-Type"].startswith("application/soap+xml")
    raiz = etree.fromstring(http.content)
    assert raiz.tag == f"{{{SOAP12}}}Envelope"
    assert raiz.findtext(".//{*}numeroProtocolo")
    assert aceito(simulador, numero)


def test_fault_may_come_in_soap_1_2(simulador: Simulador, cliente: Cliente, numero: str) -> None:
    simulador.falha("soap12")
    corpo = p.lote(numero, [p.consulta(numero)], hash_="0" * 32)
    raiz = etree.fromstring(cliente.enviar(corpo).http.content)
    fault = raiz.find(f"{{{SOAP12}}}Body/{{{SOAP12}}}Fault")
    assert fault is not None
    assert fault.findtext(f"{{{SOAP12}}}Code/{{{SOAP12}}}Value") == "env:Receiver"
    assert fault.findtext(f"{{{SOAP12}}}Detail//{{*}}tissFault") == "HashInvalido"


def test_fault_may_have_qualified_children(
    simulador: Simulador, cliente: Cliente, numero: str, lote: bytes
) -> None:
    simulador.falha("fault_qualificado", codigo="VersaoInvalida")
    fault = etree.fromstring(cliente.enviar(lote).http.content)[0][0]
    assert {etree.QName(parte).namespace for parte in fault} == {p.SOAP}
    assert fault.findtext("{*}detail/{*}tissFaultWS/{*}tissFault") == "VersaoInvalida"
    assert not aceito(simulador, numero)


@pytest.mark.parametrize("fim", ["0", "1"])
def test_receipt_may_name_another_lote(
    simulador: Simulador, cliente: Cliente, numero: str, fim: str
) -> None:
    numero = f"{numero}-{fim}"
    simulador.falha("outro_lote")
    resposta = cliente.enviar(p.lote(numero, [p.consulta(numero)]))
    assert resposta.protocolo  # and the hash is right, which the client checks
    assert resposta.texto("numeroLote") not in {None, numero}
    assert aceito(simulador, numero)


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
        {"falha": "fault_qualificado", "codigo": "OutroErro"},
        {"falha": "http_500", "vez": 1},
        [],
    ],
)
def test_wrong_fault_is_refused_in_words(simulador: Simulador, campos: object) -> None:
    resposta = requests.post(f"{simulador.url}/_simulador/falhas", json=campos, timeout=30)
    assert resposta.status_code == 400
    assert resposta.json()["erro"]
