"""One request, once: what left, what came back, and that no error escapes (NETWORK 2)."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from servidor_cru import ServidorCru, ler_pedido, resetar

from tiss.clients import transporte
from tiss.clients.tls import contexto
from tiss.clients.transporte import CorpoUnico, PrazoVencidoError, Rota, agora
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import Entrega
from tiss.messages.diagnostico import diagnosticar

PEQUENO = b"<pedido/>"
# More than the socket buffers of both sides hold.
GRANDE = b"x" * 30_000_000


def trocar(
    url: str,
    dados: bytes = PEQUENO,
    *,
    ate: float | None = None,
    cabecalhos: Mapping[str, str] | None = None,
    **opcoes: Any,  # noqa: ANN401
) -> Entrega:
    modelo: dict[str, Any] = {
        "segundos_conexao": 30,
        "segundos_resposta": 30,
        "contexto": contexto(),
    }
    requisicao = Requisicao(
        url=url,
        dados=dados,
        cabecalhos=cabecalhos or {},
    )
    rota = Rota(**{**modelo, **opcoes})
    return transporte.trocar(requisicao, rota, ate=agora() + 60 if ate is None else ate)


def _resposta(corpo: bytes = b"<ok/>", *cabecalhos: str, status: str = "200 OK") -> bytes:
    linhas = [f"HTTP/1.1 {status}", f"Content-Length: {len(corpo)}", *cabecalhos, "", ""]
    return "\r\n".join(linhas).encode() + corpo


# What is provably not delivered ------------------------------------------------------------------


def test_a_refused_connection_delivered_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as livre:
        porta = livre.getsockname()[1]
    entrega = trocar(f"http://127.0.0.1:{porta}/")
    assert (entrega.ultimo_bloco_saiu, entrega.http_status, entrega.resposta) == (False, None, None)
    assert entrega.falha is not None
    assert "ConnectionRefusedError" in entrega.falha
    assert not entrega.configuracao


def test_an_address_that_does_not_resolve_delivered_nothing() -> None:
    entrega = trocar("https://nao-existe.invalid/")
    assert not entrega.ultimo_bloco_saiu
    assert not entrega.configuracao, "DNS comes back"


def test_a_host_that_does_not_answer_delivered_nothing() -> None:
    # A full backlog drops the SYN: nothing accepts, nothing refuses.
    escuta = socket.socket()
    escuta.bind(("127.0.0.1", 0))
    escuta.listen(0)
    ocupam = [socket.socket() for _ in range(4)]
    for ocupa in ocupam:
        ocupa.setblocking(False)
        ocupa.connect_ex(escuta.getsockname())
    entrega = trocar(f"http://127.0.0.1:{escuta.getsockname()[1]}/", segundos_conexao=0.3)
    for aberto in [escuta, *ocupam]:
        aberto.close()
    assert not entrega.ultimo_bloco_saiu
    assert "ConnectTimeout" in str(entrega.falha)
    achado = diagnosticar(entrega, None)
    assert achado is not None
    assert achado.codigo == "CONEXAO_SEM_RESPOSTA"


@pytest.mark.parametrize("url", ["naosei://x/", "http://", "sem-esquema", "http://[::1/"])
def test_an_address_that_cannot_be_one_is_a_matter_of_configuration(url: str) -> None:
    entrega = trocar(url)
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)


@pytest.mark.parametrize("com_reset", [False, True])
def test_a_body_larger_than_the_buffers_that_nobody_read_was_not_delivered(
    servidor: ServidorCru,
    com_reset: bool,
) -> None:
    def roteiro(conexao: socket.socket) -> None:
        conexao.recv(1000)
        if com_reset:
            resetar(conexao)

    servidor.faz(roteiro)
    entrega = trocar(servidor.url, GRANDE)
    assert not entrega.ultimo_bloco_saiu
    assert entrega.http_status is None


def test_a_body_that_stalls_in_the_buffers_was_not_delivered(servidor: ServidorCru) -> None:
    fim = threading.Event()
    servidor.faz(lambda conexao: fim.wait(20) and None)
    # While a request is written, the patience is that of connecting.
    entrega = trocar(servidor.url, GRANDE, segundos_conexao=1)
    fim.set()
    assert not entrega.ultimo_bloco_saiu


# What may have arrived ---------------------------------------------------------------------------


def _calar(conexao: socket.socket) -> None:
    conexao.recv(1)  # nothing comes: until the other side hangs up


DEPOIS_DE_LER: dict[str, bytes | Callable[[socket.socket], None]] = {
    "closed": b"",
    "reset": resetar,
    "silent": _calar,
    "garbage": b"\x00\x01 isto nao e HTTP \xff\r\n\r\n",
    "half a status line": b"HTTP/1.1 20",
    "a header that never ends": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000,
}


@pytest.mark.parametrize("como", DEPOIS_DE_LER)
def test_without_an_answer_what_was_read_is_not_known_to_be_taken(
    servidor: ServidorCru,
    como: str,
) -> None:
    fim = DEPOIS_DE_LER[como]

    def roteiro(conexao: socket.socket) -> None:
        servidor.recebido = ler_pedido(conexao)
        if callable(fim):
            fim(conexao)
        else:
            conexao.sendall(fim)

    servidor.faz(roteiro)
    entrega = trocar(servidor.url, segundos_resposta=1 if como == "silent" else 30)
    assert entrega.ultimo_bloco_saiu
    assert (entrega.http_status, entrega.resposta) == (None, None)
    assert entrega.falha
    assert servidor.recebido.endswith(PEQUENO)
    achado = diagnosticar(entrega, None)
    assert achado is not None
    assert achado.codigo == ("RESPOSTA_DEMOROU" if como == "silent" else "CONEXAO_CAIU_DEPOIS")


CORTADAS = {
    "by Content-Length": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<resp",
    "by chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<resp\r\n",
    "in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n<resp",
}


@pytest.mark.parametrize("como", CORTADAS)
def test_a_cut_answer_is_kept_and_marked(servidor: ServidorCru, como: str) -> None:
    servidor.responde(CORTADAS[como])
    entrega = trocar(servidor.url)
    assert (entrega.http_status, entrega.ultimo_bloco_saiu) == (200, True)
    assert entrega.resposta in {b"<resp", b""}
    assert entrega.falha
    achado = diagnosticar(entrega, None)
    assert achado is not None
    assert achado.codigo == "RESPOSTA_CORTADA"


def test_an_answer_without_a_length_ends_with_the_connection(servidor: ServidorCru) -> None:
    servidor.responde(b"HTTP/1.1 200 OK\r\n\r\n<resp")
    entrega = trocar(servidor.url)
    assert (entrega.resposta, entrega.falha) == (b"<resp", None), "the reader of XML decides"


def test_half_a_header_looks_like_an_answer_and_the_reader_of_xml_decides(
    servidor: ServidorCru,
) -> None:
    servidor.responde(b"HTTP/1.1 200 OK\r\nContent-Le")
    entrega = trocar(servidor.url)
    assert (entrega.http_status, entrega.ultimo_bloco_saiu) == (200, True)
    assert entrega.resposta == b""


def test_a_compressed_answer_cut_without_a_length_is_kept_as_far_as_it_got(
    servidor: ServidorCru,
) -> None:
    inteira = gzip.compress(b"<resposta>" + bytes(range(65, 91)) * 400 + b"</resposta>")
    cabecalho = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    servidor.responde(cabecalho + inteira[: len(inteira) - 12])
    entrega = trocar(servidor.url)
    assert (entrega.http_status, entrega.ultimo_bloco_saiu) == (200, True)
    assert b"</resposta>" not in (entrega.resposta or b"")


@pytest.mark.parametrize(
    "status", ["200 OK", "102 Processing", "103 Early Hints", "401 Unauthorized", "413 Too Large",
               "429 Too Many Requests", "500 Error", "502 Bad", "503 Busy", "504 Late"]
)  # fmt: skip
def test_any_status_comes_back_with_its_body(servidor: ServidorCru, status: str) -> None:
    servidor.responde(_resposta(b"<corpo/>", status=status))
    entrega = trocar(servidor.url)
    assert entrega.http_status == int(status[:3])
    assert entrega.ultimo_bloco_saiu
    assert entrega.falha is None
    assert entrega.resposta == (b"" if status.startswith("1") else b"<corpo/>")
    assert servidor.conexoes == 1


@pytest.mark.parametrize("status", ["413 Too Large", "401 Unauthorized"])
def test_an_early_refusal_is_told_although_the_body_was_not_read(
    servidor: ServidorCru, status: str
) -> None:
    def roteiro(conexao: socket.socket) -> None:
        conexao.recv(100)
        conexao.sendall(_resposta(b"", status=status))
        conexao.shutdown(socket.SHUT_WR)
        time.sleep(1)

    servidor.faz(roteiro)
    entrega = trocar(servidor.url, GRANDE)
    assert not entrega.ultimo_bloco_saiu
    assert entrega.http_status in {int(status[:3]), None}


@pytest.mark.parametrize("status", ["413 Too Large", "401 Unauthorized"])
def test_an_early_refusal_of_what_fits_the_buffers_is_told(
    servidor: ServidorCru, status: str
) -> None:
    def roteiro(conexao: socket.socket) -> None:
        conexao.recv(100)
        conexao.sendall(_resposta(b"", status=status))
        conexao.shutdown(socket.SHUT_WR)
        while conexao.recv(65536):
            continue

    servidor.faz(roteiro)
    entrega = trocar(servidor.url, b"x" * 100_000)
    assert entrega.http_status == int(status[:3])


# What is never done twice or elsewhere -----------------------------------------------------------


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temp", "308 Perm"])
@pytest.mark.parametrize("destino", ["{url}", "http://[quebrado", "http://127.0.0.1:1/"])
def test_redirects_are_not_followed(servidor: ServidorCru, status: str, destino: str) -> None:
    local = f"Location: {destino.format(url=servidor.url)}"
    servidor.responde(_resposta(b"", local, status=status))
    entrega = trocar(servidor.url)
    assert servidor.conexoes == 1
    assert entrega.ultimo_bloco_saiu
    assert entrega.http_status in {int(status[:3]), None}
    achado = diagnosticar(entrega, None)
    assert achado is not None
    assert achado.codigo in {"REDIRECIONADO", "ENDERECO_INTERNO"}


@pytest.mark.parametrize(
    ("destino", "falha"),
    [
        (
            "https://u:s@Novo.Exemplo.com.br:8443/a?senha=1",
            "redirecionado para novo.exemplo.com.br",
        ),
        ("//10.1.2.3/a", "redirecionado para 10.1.2.3"),
        ("http://[fd00::1]/a", "redirecionado para fd00::1"),
        ("/outro?senha=1", None),
        ("http://a b/", None),
        ("", None),
    ],
)
def test_of_a_redirect_only_the_server_is_told(
    servidor: ServidorCru, destino: str, falha: str | None
) -> None:
    servidor.responde(_resposta(b"", f"Location: {destino}", status="302 Found"))
    entrega = trocar(servidor.url)
    assert (entrega.http_status, entrega.falha) == (302, falha)


def test_an_address_beside_a_status_that_is_no_redirect_is_nothing(servidor: ServidorCru) -> None:
    servidor.responde(_resposta(b"", "Location: https://novo.exemplo.com.br/", status="201 Made"))
    assert trocar(servidor.url).falha is None


REDE = [
    ("https://nao-existe.invalid/", "SERVIDOR_NAO_ENCONTRADO"),
    ("http://127.0.0.1:1/", "CONEXAO_RECUSADA"),
    ("naosei://x/", "ENDERECO_INVALIDO"),
    ("sem-esquema", "ENDERECO_INVALIDO"),
    ("http://", "ENDERECO_INVALIDO"),
]


@pytest.mark.parametrize(("url", "codigo"), REDE)
def test_a_failure_of_the_network_is_diagnosed_by_what_its_chain_names(
    url: str, codigo: str
) -> None:
    achado = diagnosticar(trocar(url), None)
    assert achado is not None
    assert achado.codigo == codigo


@pytest.mark.parametrize("status", ["503 Busy", "429 Wait", "408 Late", "401 No"])
def test_nothing_is_repeated_whatever_the_server_asks_for(
    servidor: ServidorCru, status: str
) -> None:
    servidor.responde(_resposta(b"", "Retry-After: 0", status=status))
    trocar(servidor.url)
    assert servidor.conexoes == 1


def test_no_connection_is_used_again(servidor: ServidorCru) -> None:
    servidor.responde(_resposta(b"<ok/>", "Connection: keep-alive"))
    trocar(servidor.url)
    trocar(servidor.url)
    assert servidor.conexoes == 2
    assert b"connection: close" in servidor.recebido.lower()


def test_what_the_environment_says_is_ignored(
    servidor: ServidorCru,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for nome in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(nome, "http://127.0.0.1:1")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login intruso password x\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("NO_PROXY", "")
    servidor.responde(_resposta())
    assert trocar(servidor.url).resposta == b"<ok/>"
    assert b"authorization" not in servidor.recebido.lower()


def test_exact_bytes_headers_and_credential_leave(servidor: ServidorCru) -> None:
    servidor.responde(_resposta())
    dados = bytes(range(256)) * 300
    trocar(servidor.url, dados, cabecalhos={"SOAPAction": '"a"', "Authorization": "Basic dTpz"})
    cabecalho, _, corpo = servidor.recebido.partition(b"\r\n\r\n")
    assert corpo == dados
    assert b"POST /servico HTTP/1.1" in cabecalho
    assert b'SOAPAction: "a"' in cabecalho
    assert b"Content-Length: 76800" in cabecalho
    assert b"Authorization: Basic dTpz" in cabecalho
    assert b"chunked" not in cabecalho.lower()


def test_a_request_leaves_compressed_where_the_contrato_says_so(servidor: ServidorCru) -> None:
    servidor.responde(_resposta())
    dados = b"<pedido>" * 10_000
    assert trocar(servidor.url, dados, comprime=True).resposta == b"<ok/>"
    cabecalho, _, corpo = servidor.recebido.partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in cabecalho
    assert f"Content-Length: {len(corpo)}".encode() in cabecalho
    assert len(corpo) < len(dados)
    assert gzip.decompress(corpo) == dados


def test_the_same_request_compresses_to_the_same_bytes(servidor: ServidorCru) -> None:
    servidor.responde(_resposta())
    corpos = set()
    for _ in range(2):
        trocar(servidor.url, b"<pedido/>", comprime=True)
        corpos.add(servidor.recebido.partition(b"\r\n\r\n")[2])
        time.sleep(1.1)  # gzip would write the second in which it was made
    assert len(corpos) == 1


def test_a_header_that_cannot_be_one_is_a_matter_of_configuration(servidor: ServidorCru) -> None:
    entrega = trocar(servidor.url, cabecalhos={"X-Token": "dois\r\nX-Outro: 1"})
    assert (entrega.ultimo_bloco_saiu, entrega.configuracao) == (False, True)
    assert servidor.conexoes == 0


# Answers that are too much -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codigo", "comprimir"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_answer_is_opened(
    servidor: ServidorCru,
    codigo: str,
    comprimir: Callable[[bytes], bytes],
) -> None:
    servidor.responde(_resposta(comprimir(b"<ok/>"), f"Content-Encoding: {codigo}"))
    assert trocar(servidor.url).resposta == b"<ok/>"


def test_a_compressed_answer_that_is_none_is_told(servidor: ServidorCru) -> None:
    servidor.responde(_resposta(b"<ok/>", "Content-Encoding: gzip"))
    entrega = trocar(servidor.url)
    assert (entrega.http_status, entrega.ultimo_bloco_saiu) == (200, True)
    assert entrega.falha


def test_an_oversized_answer_is_not_swallowed(servidor: ServidorCru) -> None:
    servidor.responde(_resposta(b"x" * 5_000_000))
    entrega = trocar(servidor.url, resposta_maxima=100_000)
    assert entrega.falha == "resposta maior que o limite"
    assert entrega.resposta is not None
    assert len(entrega.resposta) < 5_000_000


def test_a_small_answer_that_grows_when_opened_is_not_swallowed(servidor: ServidorCru) -> None:
    servidor.responde(_resposta(gzip.compress(b"x" * 50_000_000), "Content-Encoding: gzip"))
    tracemalloc.start()
    try:
        entrega = trocar(servidor.url, resposta_maxima=1_000_000)
        _, pico = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert entrega.falha == "resposta maior que o limite"
    assert pico < 10_000_000


GOTAS: dict[str, bytes] = {
    "a body with a length": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    "a body without a length": b"HTTP/1.1 200 OK\r\n\r\n",
    "a header": b"HTTP/1.1 200 OK\r\nX-Longo: ",
    "a status line": b"",
}


@pytest.mark.parametrize("onde", GOTAS)
def test_an_answer_that_trickles_ends_with_the_deadline(servidor: ServidorCru, onde: str) -> None:
    def roteiro(conexao: socket.socket) -> None:
        ler_pedido(conexao)
        conexao.sendall(GOTAS[onde])
        while True:
            conexao.sendall(b"H")
            time.sleep(0.05)

    servidor.faz(roteiro)
    inicio = time.monotonic()
    entrega = trocar(servidor.url, ate=agora() + 2)
    assert time.monotonic() - inicio < 10
    assert entrega.ultimo_bloco_saiu
    assert entrega.falha
    if "body" in onde:
        assert (entrega.http_status, entrega.falha) == (200, "a resposta não acabou no prazo")


def test_a_request_that_nobody_reads_ends_with_the_deadline(servidor: ServidorCru) -> None:
    fim = threading.Event()
    servidor.faz(lambda conexao: fim.wait(20) and None)
    inicio = time.monotonic()
    entrega = trocar(servidor.url, GRANDE, ate=agora() + 2)
    fim.set()
    assert time.monotonic() - inicio < 10
    assert not entrega.ultimo_bloco_saiu


# The body ----------------------------------------------------------------------------------------


def test_a_body_is_read_once() -> None:
    corpo = CorpoUnico(b"abc", agora() + 5)
    assert (len(corpo), corpo.read(2), corpo.saiu) == (3, b"ab", False)
    assert (corpo.read(2), corpo.saiu) == (b"c", False)
    assert (corpo.read(2), corpo.saiu) == (b"", True)
    with pytest.raises(RuntimeError, match="já foi enviado"):
        corpo.read(2)


@pytest.mark.parametrize("tamanho", [None, -1])
def test_a_body_is_read_whole_when_no_size_is_asked_for(tamanho: int | None) -> None:
    corpo = CorpoUnico(b"abc", agora() + 5)
    assert corpo.read(tamanho) == b"abc"
    assert not corpo.saiu
    assert corpo.read() == b""
    assert corpo.saiu


def test_nothing_can_rewind_or_iterate_a_body() -> None:
    corpo = CorpoUnico(b"abc", agora() + 5)
    assert not any(hasattr(corpo, nome) for nome in ("tell", "seek", "__iter__", "__getitem__"))


def test_the_last_block_does_not_leave_after_the_deadline() -> None:
    corpo = CorpoUnico(b"abcd", agora() - 1)
    assert corpo.read(2) == b"ab", "what is not the whole harms nobody"
    with pytest.raises(PrazoVencidoError):
        corpo.read(2)
    assert not corpo.saiu


def test_a_request_after_its_deadline_is_not_delivered(servidor: ServidorCru) -> None:
    recebido: list[bytes] = []

    def roteiro(conexao: socket.socket) -> None:
        while dados := conexao.recv(65536):
            recebido.append(dados)

    servidor.faz(roteiro)
    entrega = trocar(servidor.url, b"<pedido/>", ate=agora() - 1)
    assert (entrega.ultimo_bloco_saiu, entrega.falha) == (False, "PrazoVencidoError")
    time.sleep(0.1)
    assert b"<pedido/>" not in b"".join(recebido)


def test_several_threads_may_send_at_once(servidor: ServidorCru) -> None:
    servidor.responde(_resposta())
    entregas: list[Entrega] = []
    linhas = [
        threading.Thread(target=lambda: entregas.append(trocar(servidor.url))) for _ in range(8)
    ]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    assert [entrega.resposta for entrega in entregas] == [b"<ok/>"] * 8
    assert servidor.conexoes == 8
