"""What becomes of a lote, by what happened on the way: each row of the table of outcomes.

Every case is sent by SOAP with user and password; test_tabela_de_canais.py and
test_tabela_de_credenciais.py have the other channels and credentials.
"""

from __future__ import annotations

import re
import socket
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from mesa import Celula, Celulas, Mesa, porta_fechada
from oficina import Oficina

from tiss.errors import DoubtError, OperadoraError, PendingError, RejectedError
from tiss.services import duvida
from tiss.simulador.processo import Simulador

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parents[1] / "clients"))

from servidor_cru import ServidorCru, ler_pedido

CLIENTES = Path(__file__).parents[1] / "clients"
CELULAS = Celulas(990001)
ERROS = {"ENVIADO": None, "PENDENTE": PendingError, "EM_DUVIDA": DoubtError, "ERRO": RejectedError}
# What has to be changed and given back: it stands in the way, not at the operadora.
Estorvo = Callable[[Mesa, ExitStack], None]


@dataclass(frozen=True, kw_only=True)
class Caso:
    """What happens to a send, and what has to come of it.

    aceito: the operadora has the lote all the same. saiu: the last block left. suspende: CREDENCIAL
    or OPERACAO, what must not be used again by itself. endereco: what the contrato says was
    wrong, and is put right in the morning.
    """

    nome: str
    celula: Celula
    provocar: Estorvo
    status: str
    aceito: bool = False
    saiu: bool = True
    suspende: str | None = None
    divergencia: str | None = None
    endereco: bool = False

    def __str__(self) -> str:
        return self.nome

    @property
    def erro(self) -> type[OperadoraError] | None:
        return ERROS[self.status]

    @property
    def sai_de_manha(self) -> bool:
        """Whether the next night sends it, once what happened is over."""
        livre = self.suspende is None or (self.suspende == "OPERACAO" and self.endereco)
        return self.status == "PENDENTE" and livre


def falha(nome: str, status: str, **campos: Any) -> Caso:  # noqa: ANN401
    """A fault of the simulated operadora."""
    proprios = {c: campos.pop(c) for c in [*campos] if c in Caso.__dataclass_fields__}
    impaciente = campos.pop("impaciente", False)

    def provocar(mesa: Mesa, _: ExitStack) -> None:
        if impaciente:
            mesa.configurar(segundos_resposta=1)
        if nome != "nenhuma":
            mesa.falha(nome, **campos)

    rotulo = "-".join([nome, *(str(c) for c in campos.values())])
    return Caso(nome=rotulo, celula=CELULAS.nova(), provocar=provocar, status=status, **proprios)


def estorvo(nome: str, provocar: Estorvo, status: str, **campos: Any) -> Caso:  # noqa: ANN401
    """Something on the way to the operadora, or in its place."""
    return Caso(
        nome=nome,
        celula=CELULAS.nova(),
        provocar=provocar,
        status=status,
        endereco=True,
        **campos,
    )


def _contrato(**campos: object) -> Estorvo:
    return lambda mesa, _: mesa.configurar(**campos)


def _fechada(mesa: Mesa, _: ExitStack) -> None:
    mesa.enderecar(porta_fechada())


def _calada(mesa: Mesa, pilha: ExitStack) -> None:
    """A full backlog drops the SYN: nothing accepts, nothing refuses."""
    escuta = pilha.enter_context(socket.socket())
    escuta.bind(("127.0.0.1", 0))
    escuta.listen(0)
    for _ in range(4):
        ocupa = pilha.enter_context(socket.socket())
        ocupa.setblocking(False)
        ocupa.connect_ex(escuta.getsockname())
    mesa.configurar(segundos_conexao=1)
    mesa.enderecar(f"http://127.0.0.1:{escuta.getsockname()[1]}")


def _responde(resposta: bytes | Callable[[Mesa], bytes]) -> Estorvo:
    """Somebody else reads all of it and answers, byte by byte."""

    def provocar(mesa: Mesa, pilha: ExitStack) -> None:
        servidor = ServidorCru()
        pilha.callback(servidor.fechar)

        def roteiro(conexao: socket.socket) -> None:
            ler_pedido(conexao)
            conexao.sendall(resposta if isinstance(resposta, bytes) else resposta(mesa))

        servidor.faz(roteiro)
        mesa.enderecar(f"http://127.0.0.1:{servidor.porta}")

    return provocar


def _so_status(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()


def _recibo_de_outro_prestador(mesa: Mesa) -> bytes:
    """A receipt for the lote that is on its way, made out to somebody else."""
    with psycopg.connect(mesa.oficina.url, autocommit=True) as conexao:
        oficina = Oficina(mesa.oficina.url, conexao)
        corpo = oficina.resposta(oficina.valor("SELECT id FROM tiss.lote"))
    outro = (
        b"<ans:protocoloRecebimento><ans:dadosPrestador><ans:codigoPrestadorNaOperadora>9999"
        b"</ans:codigoPrestadorNaOperadora></ans:dadosPrestador>"
    )
    corpo = corpo.replace(b"<ans:protocoloRecebimento>", outro)
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(corpo)}\r\n\r\n".encode() + corpo


CASOS = [
    # A protocolo for our lote, whatever happened on the way.
    falha("nenhuma", "ENVIADO", aceito=True),
    falha("lenta_depois", "ENVIADO", segundos=0.3, aceito=True),
    falha("codificacao_errada", "ENVIADO", aceito=True),
    falha("gzip", "ENVIADO", aceito=True),
    falha("soap12", "ENVIADO", aceito=True),
    # A protocolo of something else.
    falha("outro_lote", "EM_DUVIDA", aceito=True, divergencia="PROTOCOLO_DE_OUTRO_LOTE"),
    estorvo(
        "receipt of another prestador",
        _responde(_recibo_de_outro_prestador),
        "EM_DUVIDA",
        divergencia="PROTOCOLO_DE_OUTRO_PRESTADOR",
    ),
    # Read and refused. Nothing of it had left before: 1308 and 3268 are no proof of anything.
    *(falha("mensagem_erro", "ERRO", codigo=codigo) for codigo in ("5001", "1308", "3268")),
    *(
        falha("fault_tiss", "ERRO", codigo=codigo)
        for codigo in ("SchemaInvalido", "HashInvalido", "VersaoInvalida")
    ),
    falha("fault_qualificado", "ERRO", codigo="SchemaInvalido"),
    falha("http_413", "ERRO"),
    # Whose credential it is.
    *(falha(f"http_{status}", "PENDENTE", suspende="CREDENCIAL") for status in (401, 403)),
    estorvo(
        "407",
        _responde(_so_status("407 Proxy Authentication Required")),
        "PENDENTE",
        suspende="CREDENCIAL",
    ),
    falha("fault_tiss", "PENDENTE", codigo="LoginInvalido", suspende="CREDENCIAL"),
    falha("fault_qualificado", "PENDENTE", codigo="LoginInvalido", suspende="CREDENCIAL"),
    # Where it is sent.
    *(falha(f"http_{status}", "PENDENTE", suspende="OPERACAO") for status in (404, 405, 415)),
    falha("redireciona", "PENDENTE", suspende="OPERACAO"),
    *(
        falha("fault_tiss", "PENDENTE", codigo=codigo, suspende="OPERACAO")
        for codigo in ("DestinatarioInvalido", "RemetenteInvalido")
    ),
    estorvo(
        "no address",
        _contrato(url_base="https://[::1/"),
        "PENDENTE",
        saiu=False,
        suspende="OPERACAO",
    ),
    # Provably not delivered.
    estorvo("refused", _fechada, "PENDENTE", saiu=False),
    estorvo("DNS", _contrato(url_base="https://nao-existe.invalid"), "PENDENTE", saiu=False),
    estorvo("SYN dropped", _calada, "PENDENTE", saiu=False),
    estorvo(
        "proxy refused",
        lambda mesa, _: mesa.configurar(proxy=porta_fechada()),
        "PENDENTE",
        saiu=False,
    ),
    # Told to wait.
    falha("http_429", "PENDENTE"),
    # Nobody knows.
    falha("lenta_antes", "EM_DUVIDA", segundos=1.5, impaciente=True, aceito=True),
    falha("reset_depois", "EM_DUVIDA", aceito=True),
    falha("aceita_depois", "EM_DUVIDA", segundos=0.5, aceito=True),
    falha("sem_resposta", "EM_DUVIDA", segundos=0.1, aceito=True),
    falha("para_no_cabecalho", "EM_DUVIDA", segundos=1, aceito=True),
    falha("truncada", "EM_DUVIDA", aceito=True),
    falha("sem_tamanho", "EM_DUVIDA", aceito=True),
    falha("gzip_cortado", "EM_DUVIDA", aceito=True),
    *(falha("html", "EM_DUVIDA", depois=depois, aceito=depois) for depois in (False, True)),
    *(falha("http_500", "EM_DUVIDA", depois=depois, aceito=depois) for depois in (False, True)),
    *(falha(f"http_{status}", "EM_DUVIDA") for status in (502, 503, 504)),
    falha("fault_tiss", "EM_DUVIDA", codigo="ErroInesperadoServidor"),
    # A body that fits the buffers leaves before the reset is seen.
    falha("reset_antes", "EM_DUVIDA"),
    estorvo("garbage", _responde(b"\x00\x01 isto nao e HTTP \xff\r\n\r\n"), "EM_DUVIDA"),
    estorvo("103", _responde(_so_status("103 Early Hints")), "EM_DUVIDA"),
]


@pytest.fixture(scope="module")
def operadoras() -> Iterator[Simulador]:
    """The operadoras of all cases."""
    with Simulador.start(CELULAS.configuracao()) as simulador:
        yield simulador
        assert simulador.erros() == ""
        simulador.matar()


@pytest.fixture
def abrir(
    oficina: Oficina, operadoras: Simulador, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Celula], Mesa]:
    """Open the table of a cell."""
    return lambda celula: Mesa(celula, oficina, operadoras, monkeypatch)


@pytest.mark.parametrize("caso", CASOS, ids=str)
def test_what_happens_on_the_way_decides_what_becomes_of_the_lote(
    abrir: Callable[[Celula], Mesa], caso: Caso
) -> None:
    mesa = abrir(caso.celula)
    with ExitStack() as pilha:
        caso.provocar(mesa, pilha)
        lote = mesa.lote()
        erro = mesa.enviar(lote)
    assert type(erro) is (type(None) if caso.erro is None else caso.erro)
    _o_lote_e_suas_guias_ficam(mesa.oficina, lote, caso, str(erro))
    _a_troca_fica_inteira(mesa.oficina, lote, caso)
    assert mesa.suspensas() == ([caso.suspende] if caso.suspende else [])
    assert mesa.oficina.divergencias() == ({caso.divergencia} if caso.divergencia else set())
    mesa.conferir_livro(2 * caso.aceito)
    if caso.endereco:
        mesa.configurar(proxy=None)
        mesa.enderecar(mesa.simulador.url)
    _a_manha_seguinte_so_reenvia_o_que_nao_foi_lido(mesa, lote, caso)


def _o_lote_e_suas_guias_ficam(oficina: Oficina, lote: int, caso: Caso, erro: str) -> None:
    enviado = caso.status == "ENVIADO"
    assert oficina.status(lote) == caso.status
    assert {guia["status"] for guia in oficina.guias(lote)} == {"ENVIADA" if enviado else "GERADA"}
    (linha,) = oficina.linhas("SELECT * FROM tiss.lote")
    assert (linha["protocolo"] is not None) == (linha["data_envio"] is not None) == enviado
    assert (linha["tentativa"], linha["dono"], linha["prazo"]) == (1, None, None)
    assert enviado or linha["observacoes"].rstrip(".") in erro


def _a_troca_fica_inteira(oficina: Oficina, lote: int, caso: Caso) -> None:
    (troca,) = oficina.trocas(lote)
    assert (troca["tentativa"], troca["desfecho"].split(":")[0]) == (1, caso.status)
    assert troca["quem"].startswith("teste/1 ")
    assert troca["inicio"] <= troca["fim"] <= troca["interpretada_em"]
    assert troca["ultimo_bloco_saiu"] is caso.saiu
    assert (troca["resposta"] is None) == (troca["http_status"] is None)
    if caso.status == "ENVIADO":
        assert b"protocoloRecebimento" in zlib.decompress(troca["resposta"])


def _a_manha_seguinte_so_reenvia_o_que_nao_foi_lido(mesa: Mesa, lote: int, caso: Caso) -> None:
    mesa.lote("FILIAL")
    mesa.manha()
    saiu, da_filial = caso.sai_de_manha, caso.suspende != "CREDENCIAL"
    mesa.conferir_livro(2 * (caso.aceito or saiu) + da_filial)
    assert mesa.guias("FILIAL") == {"AUTORIZADA" if da_filial else "GERADA"}
    assert mesa.guias() == {"AUTORIZADA" if saiu or caso.status == "ENVIADO" else "GERADA"}
    # A waiting lote is built again for a contrato that changed; nothing else ever is.
    refeito = caso.status == "PENDENTE" and caso.endereco
    assert mesa.oficina.valor("SELECT count(*) FROM tiss.lote") == 2 + refeito
    assert len(mesa.oficina.trocas(lote)) == 1 + (saiu and not refeito)
    if refeito:
        fim = "CANCELADO"
    elif saiu or caso.status == "ENVIADO":
        fim = "PROCESSADO"
    else:
        fim = caso.status
    assert mesa.oficina.status(lote) == fim


# What was sent before ----------------------------------------------------------------------------

JA_RECEBIDO = [
    ("as it says itself", None, CELULAS.nova()),
    *((codigo, {"codigo": codigo}, CELULAS.nova()) for codigo in ("1308", "3268")),
]


@pytest.mark.parametrize(("como", "opcoes", "celula"), JA_RECEBIDO, ids=[c[0] for c in JA_RECEBIDO])
def test_a_second_copy_that_is_refused_proves_that_the_first_arrived(
    abrir: Callable[[Celula], Mesa], como: str, opcoes: dict[str, str] | None, celula: Celula
) -> None:
    mesa = abrir(celula)
    lote = mesa.lote()
    mesa.falha("reset_depois")
    assert isinstance(mesa.enviar(lote), DoubtError)
    mesa.oficina.sem_quarentena()
    duvida.reenviar(mesa.oficina.repo, lote, por="Ana")
    if opcoes is not None:
        mesa.falha("mensagem_erro", **opcoes)
    erro = mesa.enviar(lote)
    assert isinstance(erro, DoubtError)
    assert "aceito, protocolo não veio" in str(erro)
    assert len(mesa.oficina.trocas(lote)) == 2
    mesa.manha()
    assert mesa.oficina.status(lote) == "EM_DUVIDA"
    assert mesa.guias() == {"GERADA"}
    mesa.conferir_livro(2)


# The experiments that this rests on --------------------------------------------------------------

# What was tried on the network -> who keeps it true: of this file by the name of the case.
EXPERIMENTOS = {
    "connection refused": "refused",
    "name that does not resolve": "DNS",
    "SYN dropped": "SYN dropped",
    "proxy refused": "proxy refused",
    "tunnel answered 407 or 502": "test_proxy::a_tunnel_that_the_proxy_refuses_delivered_nothing",
    "wrong CA or self-signed": (
        "test_tls::a_certificate_that_nobody_vouches_for_is_configuration_and_nothing_left"
    ),
    "wrong CA, as a lote sees it": (
        "test_tabela_de_credenciais::an_operadora_that_nobody_vouches_for_gets_nothing"
    ),
    "certificate expired or of another host": (
        "test_tls::a_known_certificate_for_another_host_or_day_is_configuration_too"
    ),
    "TLS reset or stalled": (
        "test_tls::a_handshake_that_breaks_or_stalls_is_no_configuration_and_nothing_left"
    ),
    "TLS 1.3, client certificate missing or unknown": (
        "test_tls::in_tls_1_3_a_refused_certificate_is_told_after_the_request_left"
    ),
    "client certificate unknown, as a lote sees it": (
        "test_tabela_de_credenciais"
        "::a_certificate_that_the_operadora_does_not_know_suspends_the_credential"
    ),
    "closed or reset while reading a body beyond the buffers": (
        "test_transporte::a_body_larger_than_the_buffers_that_nobody_read_was_not_delivered"
    ),
    "stalled while reading a body beyond the buffers": (
        "test_transporte::a_body_that_stalls_in_the_buffers_was_not_delivered"
    ),
    "reset within the buffers": "reset_antes",
    "all read, then closed": "sem_resposta-0.1",
    "all read, then reset": "reset_depois",
    "all read, then stalled": "lenta_antes-1.5",
    "all read, then garbage": "garbage",
    "early 413 or 401, then close": (
        "test_transporte::an_early_refusal_is_told_although_the_body_was_not_read"
    ),
    "truncated by Content-Length": "truncada",
    "truncated by chunks": "test_transporte::a_cut_answer_is_kept_and_marked",
    "half a header": "para_no_cabecalho-1",
    "closed without a length": "sem_tamanho",
    "gzip cut without a length": "gzip_cortado",
    "102 or 103 before the answer": "103",
    "429": "http_429",
    "502": "http_502",
    "503": "http_503",
    "504": "http_504",
    "504 of the proxy": "test_proxy::without_tls_the_answer_of_the_proxy_is_an_answer",
}


@pytest.mark.parametrize("experimento", EXPERIMENTOS)
def test_every_experiment_has_its_test(experimento: str) -> None:
    onde = EXPERIMENTOS[experimento]
    if "::" not in onde:
        assert onde in {caso.nome for caso in CASOS}
        return
    arquivo, nome = onde.split("::")
    pasta = CLIENTES if (CLIENTES / f"{arquivo}.py").exists() else Path(__file__).parent
    texto = (pasta / f"{arquivo}.py").read_text(encoding="utf-8")
    assert re.search(rf"^def test_{nome}\(", texto, re.MULTILINE)
