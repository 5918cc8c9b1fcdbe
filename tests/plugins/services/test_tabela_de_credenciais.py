"""A lote with each kind of credential: taken, refused, expired. What is refused is used once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from mesa import CONEXAO, RENOVACAO, Autenticacao, Celula, Celulas, Mesa, Via
from oficina import Oficina

from tiss.errors import ConfigError, DoubtError, PendingError
from tiss.simulador.processo import Simulador

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parents[1] / "clients"))

from certificados import Autoridade
from servidor_tls import ServidorTls

CELULAS = Celulas(992001)
TIPOS = {
    "NENHUMA with login": Autenticacao(tipo="NENHUMA", login=True),
    "BASIC_AUTH": Autenticacao(tipo="BASIC_AUTH"),
    "BASIC_AUTH with login": Autenticacao(tipo="BASIC_AUTH", login=True),
    "JWT": Autenticacao(tipo="JWT"),
    "JWT with login": Autenticacao(tipo="JWT", login=True),
    "OAUTH2": Autenticacao(tipo="OAUTH2"),
    "OAUTH2 refresh": Autenticacao(tipo="OAUTH2", renovacao=True),
    "OAUTH2 refresh rotating": Autenticacao(
        tipo="OAUTH2", renovacao=True, operadora={"rotaciona_refresh": True}
    ),
    "CERTIFICADO_DIGITAL": Autenticacao(tipo="CERTIFICADO_DIGITAL"),
    "CERTIFICADO_DIGITAL with login": Autenticacao(tipo="CERTIFICADO_DIGITAL", login=True),
}
COM_TOKEN = {nome: tipo for nome, tipo in TIPOS.items() if tipo.tem_token}
VIAS = {"SOAP": Via(), "REST": Via(tipo_api="REST", preferido="REST", resposta="JSON")}


@dataclass(frozen=True, kw_only=True)
class Recusa:
    """A credential that is no good. pedidos, tokens: how many times it was used before we knew.

    conexao: what stands in the connection; certificado_de: whose A1 does. motivo: in the reason
    of the suspension.
    """

    tipo: str
    conexao: Mapping[str, object] = field(default_factory=dict)
    certificado_de: str | None = None
    pedidos: int = 0
    tokens: int = 0
    trocas: int = 1
    motivo: str


ERRADA = {"password": "outra-senha"}
RECUSAS = {
    "NENHUMA, wrong password": Recusa(
        tipo="NENHUMA with login", conexao=ERRADA, pedidos=1, motivo="recusou login e senha"
    ),
    "BASIC_AUTH, wrong password": Recusa(
        tipo="BASIC_AUTH", conexao=ERRADA, pedidos=1, motivo="HTTP 401"
    ),
    "BASIC_AUTH with login, wrong password": Recusa(
        tipo="BASIC_AUTH with login", conexao=ERRADA, pedidos=1, motivo="HTTP 401"
    ),
    "JWT, wrong password": Recusa(
        tipo="JWT", conexao=ERRADA, tokens=1, trocas=0, motivo="ao pedir o token"
    ),
    "OAUTH2, wrong secret": Recusa(
        tipo="OAUTH2", conexao=ERRADA, tokens=1, trocas=0, motivo="ao pedir o token"
    ),
    "OAUTH2, wrong refresh token": Recusa(
        tipo="OAUTH2 refresh",
        conexao={"renovacao": "gasto"},
        tokens=1,
        trocas=0,
        motivo="ao pedir o token",
    ),
    "certificate of somebody else": Recusa(
        tipo="CERTIFICADO_DIGITAL", certificado_de="vizinha", pedidos=1, motivo="HTTP 403"
    ),
    "right certificate, wrong login": Recusa(
        tipo="CERTIFICADO_DIGITAL with login",
        conexao=ERRADA,
        pedidos=1,
        motivo="recusou login e senha",
    ),
}

ACEITAS = [
    pytest.param(CELULAS.nova(autenticacao=tipo, via=via), id=f"{nome}, {canal}")
    for (nome, tipo), (canal, via) in product(TIPOS.items(), VIAS.items())
]
RECUSADAS = [
    pytest.param(CELULAS.nova(autenticacao=TIPOS[recusa.tipo]), recusa, id=nome)
    for nome, recusa in RECUSAS.items()
]


def _uma_para_cada(tipos: Mapping[str, Autenticacao], **operadora: object) -> list[Any]:
    return [
        pytest.param(
            CELULAS.nova(
                autenticacao=Autenticacao(
                    tipo=tipo.tipo,
                    login=tipo.login,
                    renovacao=tipo.renovacao,
                    operadora={**tipo.operadora, **operadora},
                )
            ),
            id=nome,
        )
        for nome, tipo in tipos.items()
    ]


REVOGADOS = _uma_para_cada(COM_TOKEN)
RECUSADOS_SEMPRE = _uma_para_cada(COM_TOKEN)
# Sooner than a token may expire to be taken along.
CURTOS = _uma_para_cada(COM_TOKEN, segundos_token=20)
FORA_DO_AR = _uma_para_cada(COM_TOKEN)
JUNTOS = _uma_para_cada(COM_TOKEN)
JUNTOS_E_ERRADOS = _uma_para_cada({nome: COM_TOKEN[nome] for nome in ("JWT", "OAUTH2")})
CERTIFICADO_VENCIDO = CELULAS.nova(autenticacao=TIPOS["CERTIFICADO_DIGITAL"])
SEM_FIADOR = CELULAS.nova(autenticacao=TIPOS["CERTIFICADO_DIGITAL"])
DE_OUTRA_AUTORIDADE = CELULAS.nova(autenticacao=TIPOS["CERTIFICADO_DIGITAL"])
CORTADA = CELULAS.nova(autenticacao=TIPOS["CERTIFICADO_DIGITAL"])
ROTACAO = CELULAS.nova(autenticacao=TIPOS["OAUTH2 refresh rotating"])


@pytest.fixture(scope="module")
def operadoras() -> Iterator[Simulador]:
    """The operadoras of all cells but those that want a certificate."""
    with Simulador.start(CELULAS.configuracao()) as simulador:
        yield simulador
        assert simulador.erros() == ""
        simulador.matar()


@pytest.fixture(scope="module")
def operadoras_por_tls() -> Iterator[Simulador]:
    """Those that want one."""
    with Simulador.start(CELULAS.configuracao(por_certificado=True), tls="MUTUO") as simulador:
        yield simulador
        simulador.matar()


@pytest.fixture
def abrir(
    oficina: Oficina, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Celula], Mesa]:
    """Open the table of a cell."""

    def mesa(celula: Celula) -> Mesa:
        quem = "operadoras_por_tls" if celula.autenticacao.por_certificado else "operadoras"
        return Mesa(celula, oficina, request.getfixturevalue(quem), monkeypatch)

    return mesa


def _status_http(mesa: Mesa, lote: int) -> list[int | None]:
    return [troca["http_status"] for troca in mesa.oficina.trocas(lote)]


def _tudo_em_ordem(mesa: Mesa) -> None:
    """The night and the hour go on as if nothing had been."""
    mesa.lote("FILIAL")
    mesa.manha()
    mesa.conferir_livro(3)
    assert mesa.guias() == mesa.guias("FILIAL") == {"AUTORIZADA"}
    assert mesa.suspensas() == []


@pytest.mark.parametrize("celula", ACEITAS)
def test_a_good_credential_sends_and_asks(abrir: Callable[[Celula], Mesa], celula: Celula) -> None:
    mesa = abrir(celula)
    lote = mesa.lote()
    assert mesa.enviar(lote) is None
    assert _status_http(mesa, lote) == [200]
    assert mesa.tokens() == celula.autenticacao.tem_token
    _tudo_em_ordem(mesa)
    assert mesa.tokens() == celula.autenticacao.tem_token, "all of it with one token"


@pytest.mark.parametrize(("celula", "recusa"), RECUSADAS)
def test_a_refused_credential_is_used_once_and_by_nobody_else(
    abrir: Callable[[Celula], Mesa], celula: Celula, recusa: Recusa
) -> None:
    mesa = abrir(celula)
    certificado: dict[str, object] = {}
    if recusa.certificado_de is not None:
        certificado = mesa.certificado(recusa.certificado_de)
    mesa.conexao(**certificado, **recusa.conexao)
    lotes = mesa.lote(), mesa.lote("FILIAL")
    erros = [str(mesa.enviar(lote)) for lote in (*lotes, *lotes)]
    assert [("suspensa" in erro) for erro in erros] == [False, True, True, True]
    assert recusa.motivo in mesa.oficina.valor(
        "SELECT motivo_suspensao FROM tiss.credencial WHERE conexao = %s", CONEXAO
    )
    mesa.manha()
    assert (mesa.pedidos(), mesa.tokens()) == (recusa.pedidos, recusa.tokens)
    assert [len(mesa.oficina.trocas(lote)) for lote in lotes] == [recusa.trocas, 0]
    assert [mesa.oficina.status(lote) for lote in lotes] == ["PENDENTE"] * 2
    assert mesa.suspensas() == ["CREDENCIAL"]
    mesa.conferir_livro(0)
    # A person types the right one.
    mesa.conexao()
    mesa.manha()
    mesa.conferir_livro(3)
    assert mesa.suspensas() == []
    assert mesa.guias() == mesa.guias("FILIAL") == {"AUTORIZADA"}


@pytest.mark.parametrize("celula", REVOGADOS)
def test_a_token_that_expired_is_renewed_and_the_lote_is_taken_once(
    abrir: Callable[[Celula], Mesa], celula: Celula
) -> None:
    mesa = abrir(celula)
    assert mesa.enviar(mesa.lote()) is None
    mesa.simulador.revogar_tokens(mesa.registro)
    lote = mesa.lote("FILIAL")
    assert mesa.enviar(lote) is None
    assert _status_http(mesa, lote) == [401, 200]
    assert mesa.oficina.status(lote) == "ENVIADO"
    mesa.simulador.revogar_tokens(mesa.registro)
    mesa.manha()
    mesa.conferir_livro(3)
    assert mesa.tokens() == 3, "one for each time, the hour's questions included"
    assert mesa.suspensas() == []
    assert mesa.guias() == mesa.guias("FILIAL") == {"AUTORIZADA"}


@pytest.mark.parametrize("celula", RECUSADOS_SEMPRE)
def test_a_token_that_is_refused_again_suspends_the_credential(
    abrir: Callable[[Celula], Mesa], celula: Celula
) -> None:
    mesa = abrir(celula)
    mesa.falha("token_recusado", vezes=99)
    lotes = mesa.lote(), mesa.lote("FILIAL")
    erros = [mesa.enviar(lote) for lote in lotes]
    assert [type(erro) for erro in erros] == [PendingError] * 2
    assert _status_http(mesa, lotes[0]) == [401, 401]
    assert _status_http(mesa, lotes[1]) == []
    assert mesa.suspensas() == ["CREDENCIAL"]
    assert (mesa.pedidos(), mesa.tokens()) == (2, 2)
    mesa.manha()
    assert (mesa.pedidos(), mesa.tokens()) == (2, 2)
    assert [mesa.oficina.status(lote) for lote in lotes] == ["PENDENTE"] * 2
    mesa.conferir_livro(0)


@pytest.mark.parametrize("celula", CURTOS)
def test_a_token_about_to_expire_is_not_taken_along(
    abrir: Callable[[Celula], Mesa], celula: Celula
) -> None:
    mesa = abrir(celula)
    lotes = mesa.lote(), mesa.lote("FILIAL")
    for lote in lotes:
        assert mesa.enviar(lote) is None
        assert _status_http(mesa, lote) == [200]
    assert mesa.tokens() == 2
    mesa.conferir_livro(3)


@pytest.mark.parametrize("celula", FORA_DO_AR)
def test_a_service_of_tokens_that_is_out_suspends_nothing_and_leaves_no_doubt(
    abrir: Callable[[Celula], Mesa], celula: Celula
) -> None:
    mesa = abrir(celula)
    mesa.falha("http_503", operacao="token")
    lote = mesa.lote()
    assert isinstance(mesa.enviar(lote), PendingError)
    assert mesa.oficina.status(lote) == "PENDENTE"
    assert (mesa.pedidos(), mesa.oficina.trocas(lote)) == (0, [])
    assert mesa.suspensas() == []
    _tudo_em_ordem(mesa)


def _enviar_juntos(mesa: Mesa) -> list[type[Exception]]:
    """Send the lotes of both branches at the same moment; return what each would fail with."""
    lotes = mesa.lote(), mesa.lote("FILIAL")
    largada = Barrier(len(lotes))

    def enviar(lote: int) -> type[Exception]:
        largada.wait(30)
        return type(mesa.enviar(lote))

    with ThreadPoolExecutor(len(lotes)) as tarefas:
        return [*tarefas.map(enviar, lotes)]


@pytest.mark.parametrize("celula", JUNTOS)
def test_tasks_that_begin_together_share_one_token(
    abrir: Callable[[Celula], Mesa], celula: Celula
) -> None:
    mesa = abrir(celula)
    assert _enviar_juntos(mesa) == [type(None)] * 2
    assert mesa.tokens() == 1
    mesa.conferir_livro(3)


@pytest.mark.parametrize("celula", JUNTOS_E_ERRADOS)
def test_tasks_that_begin_together_show_a_wrong_password_once(
    abrir: Callable[[Celula], Mesa], celula: Celula
) -> None:
    mesa = abrir(celula)
    mesa.conexao(**ERRADA)
    assert _enviar_juntos(mesa) == [PendingError] * 2
    assert (mesa.tokens(), mesa.pedidos()) == (1, 0)
    assert mesa.suspensas() == ["CREDENCIAL"]


def test_each_refresh_token_that_the_operadora_gives_is_used_once(
    abrir: Callable[[Celula], Mesa],
) -> None:
    mesa = abrir(ROTACAO)
    for filial in ("MATRIZ", "FILIAL", "MATRIZ"):
        mesa.oficina.fazer("UPDATE tiss.token SET expira_em = now()")
        assert mesa.enviar(mesa.lote(filial)) is None
    # A refresh token that was used twice would have killed all of them.
    assert mesa.tokens() == 3
    guardado = mesa.oficina.valor("SELECT renovacao_cifrada FROM tiss.token")
    assert RENOVACAO.encode() not in bytes(guardado)
    mesa.conferir_livro(5)


def test_a_certificate_that_expired_is_told_before_anything_leaves(
    abrir: Callable[[Celula], Mesa],
) -> None:
    mesa = abrir(CERTIFICADO_VENCIDO)
    mesa.conexao(**mesa.certificado("clinica", valido=False))
    lote = mesa.lote()
    erro = mesa.enviar(lote)
    assert isinstance(erro, ConfigError)
    assert "o certificado A1 venceu em" in str(erro)
    assert (mesa.oficina.status(lote), mesa.oficina.trocas(lote)) == ("PENDENTE", [])
    mesa.conexao()
    _tudo_em_ordem(mesa)


def test_a_certificate_that_the_operadora_does_not_know_suspends_the_credential(
    abrir: Callable[[Celula], Mesa], tmp_path: Path
) -> None:
    mesa = abrir(DE_OUTRA_AUTORIDADE)
    deles = Autoridade()
    servidor = ServidorTls(deles.emitir(), tmp_path, clientes=Autoridade("De clientes"))
    mesa.configurar(autoridade_certificadora=deles.pem)
    mesa.enderecar(f"https://127.0.0.1:{servidor.porta}")
    lotes = mesa.lote(), mesa.lote("FILIAL")
    erros = [mesa.enviar(lote) for lote in lotes]
    servidor.fechar()
    assert [type(erro) for erro in erros] == [PendingError] * 2
    assert "a operadora recusou o certificado digital" in str(erros[0])
    # In TLS 1.3 the request has left by then; the application saw nothing of it.
    [troca] = mesa.oficina.trocas(lotes[0])
    assert (troca["ultimo_bloco_saiu"], troca["http_status"]) == (True, None)
    assert (mesa.oficina.trocas(lotes[1]), servidor.recebido) == ([], b"")
    assert mesa.suspensas() == ["CREDENCIAL"]
    mesa.configurar(autoridade_certificadora=mesa.simulador.ca)
    mesa.enderecar(mesa.simulador.url)
    mesa.manha()
    assert mesa.pedidos() == 0
    mesa.conexao()
    mesa.manha()
    mesa.conferir_livro(3)
    assert mesa.guias() == mesa.guias("FILIAL") == {"AUTORIZADA"}


def test_a_handshake_cut_without_a_word_is_a_doubt_once_the_request_had_left(
    abrir: Callable[[Celula], Mesa],
) -> None:
    mesa = abrir(CORTADA)
    mesa.conexao(**mesa.certificado("clinica", de_outra_ca=True))
    lote = mesa.lote()
    erro = mesa.enviar(lote)
    # Which of the two is faster is not for us to say: what left is what counts.
    [troca] = mesa.oficina.trocas(lote)
    saiu = troca["ultimo_bloco_saiu"]
    assert type(erro) is (DoubtError if saiu else PendingError)
    assert mesa.suspensas() == []
    mesa.conexao()
    mesa.manha()
    assert mesa.oficina.status(lote) == ("EM_DUVIDA" if saiu else "PROCESSADO")
    mesa.conferir_livro(0 if saiu else 2)


def test_an_operadora_that_nobody_vouches_for_gets_nothing(
    abrir: Callable[[Celula], Mesa], operadoras_por_tls: Simulador
) -> None:
    mesa = abrir(SEM_FIADOR)
    mesa.configurar(autoridade_certificadora=None)
    lote = mesa.lote()
    erro = mesa.enviar(lote)
    assert isinstance(erro, PendingError)
    assert "certificado" in str(erro)
    [troca] = mesa.oficina.trocas(lote)
    assert (troca["ultimo_bloco_saiu"], troca["http_status"]) == (False, None)
    assert mesa.suspensas() == ["OPERACAO"]
    mesa.oficina.noite()
    assert (len(mesa.oficina.trocas(lote)), mesa.pedidos()) == (1, 0)
    mesa.configurar(autoridade_certificadora=operadoras_por_tls.ca)
    _tudo_em_ordem(mesa)
