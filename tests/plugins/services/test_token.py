"""Tokens: got once for all tasks, kept encrypted, changed once when refused.

The client is a fake of the port; database, encryption and threads are real.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Self

import pytest
from cryptography.fernet import Fernet
from oficina import Oficina, esperar

from tiss.domain.cadastro import Operacao
from tiss.domain.canal import Canal
from tiss.domain.requisicao import Requisicao, Token
from tiss.domain.retorno import Entrega
from tiss.errors import AutorizacaoError, OperadoraError, PendingError
from tiss.messages.mensagem import Login, Mensagem
from tiss.services import cancelamento, conversa, envio, retorno
from tiss.services.distribuicao import Consulta

ENVIO = Operacao.ENVIO_LOTE_GUIAS
JUNTAS = 6
CONEXAO = "tiss_999001_matriz"


@dataclass
class Operadora:
    """Gives out tokens and takes some of them. dar: what a request for a token gets."""

    cifra: Fernet
    dar: Callable[[str | None], Token]
    renovacao: str | None = None
    recusados: set[str] = field(default_factory=set)
    resposta: bytes = b""
    pedidos: list[str | None] = field(default_factory=list)
    usados: list[str] = field(default_factory=list)

    def emitir(self, renovacao: str | None) -> Token:
        self.pedidos.append(renovacao)
        return self.dar(renovacao)


@dataclass(frozen=True)
class Segredo:
    """What the client knows of its secret."""

    impressao: str | None
    emissor: Operadora
    cifra: Fernet
    login: Login | None = None


@dataclass(frozen=True)
class Cliente:
    """Talks to that operadora."""

    credencial: Segredo
    canal: Canal = Canal.SOAP
    token: str = ""

    def com_token(self, valor: str) -> Self:
        return replace(self, token=valor)

    def requisicao(
        self, operacao: Operacao, mensagem: Mensagem, campos: Mapping[str, str]
    ) -> Requisicao:
        return Requisicao(url="x", dados=mensagem.ws(None), cabecalhos={})

    def trocar(self, requisicao: Requisicao, *, ate: float) -> Entrega:
        operadora = self.credencial.emissor
        operadora.usados.append(self.token)
        aceito = self.token not in operadora.recusados
        return Entrega(
            http_status=200 if aceito else 401,
            ultimo_bloco_saiu=True,
            resposta=operadora.resposta if aceito else b"",
        )


def numerados(renovacao: str | None = None) -> Callable[[str | None], Token]:
    """Give t1, t2, ... out."""
    dados = iter(range(1, 100))
    return lambda _: Token(valor=f"t{next(dados)}", segundos=3600, renovacao=renovacao)


def recusar(status: int | None) -> Callable[[str | None], Token]:
    """Give none."""

    def dar(_: str | None) -> Token:
        entrega = Entrega(
            http_status=status, ultimo_bloco_saiu=status is not None, resposta=None, falha="x"
        )
        raise AutorizacaoError("sem token", entrega=entrega)

    return dar


@pytest.fixture
def operadora(oficina: Oficina) -> Operadora:
    """The operadora of MATRIZ and 999001, which wants tokens."""
    oficina.configurar(tipo_autenticacao="JWT")
    return Operadora(Fernet(Fernet.generate_key()), numerados())


def cliente(operadora: Operadora, segredo: str = "s") -> Cliente:
    return Cliente(Segredo(segredo, operadora, operadora.cifra))


def autorizar(
    oficina: Oficina, operadora: Operadora, segredo: str = "s", recusado: str | None = None
) -> str | None:
    """The token with which a task would speak."""
    _, token = conversa.autorizar(
        oficina.repo,
        oficina.contrato(),
        cliente(operadora, segredo),
        ENVIO,
        lote_id=1,
        recusado=recusado,
    )
    return token


def enviar(oficina: Oficina, operadora: Operadora, lote: int) -> OperadoraError | None:
    operadora.resposta = oficina.resposta(lote)
    try:
        envio.enviar(lote, oficina.repo, lambda *_: cliente(operadora), quem="teste")
    except OperadoraError as erro:
        return erro
    return None


def suspensa(oficina: Oficina) -> str | None:
    motivo: str | None = oficina.valor(
        "SELECT motivo_suspensao FROM tiss.credencial WHERE conexao = %s", CONEXAO
    )
    return motivo


# Got once -----------------------------------------------------------------------------------------


def ao_mesmo_tempo(fazer: Callable[[], str | None]) -> list[str]:
    """What several threads get, or the text of what each fails with."""
    largada = threading.Barrier(JUNTAS)

    def correr(_: int) -> str:
        largada.wait(30)
        try:
            return str(fazer())
        except PendingError as erro:
            return str(erro)

    with ThreadPoolExecutor(JUNTAS) as tarefas:
        return list(tarefas.map(correr, range(JUNTAS)))


def quando_esperam(oficina: Oficina, dar: Callable[[str | None], Token]) -> Callable[..., Token]:
    """Answer the first request when all the others wait."""
    contar = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    )
    primeira = iter([True])

    def esperando(renovacao: str | None) -> Token:
        if next(primeira, False):
            esperar(lambda: oficina.valor(contar) >= JUNTAS - 1)
        return dar(renovacao)

    return esperando


def test_tasks_that_want_a_token_at_once_get_the_one_that_one_of_them_asks_for(
    oficina: Oficina, operadora: Operadora
) -> None:
    operadora.dar = quando_esperam(oficina, numerados())
    assert ao_mesmo_tempo(lambda: autorizar(oficina, operadora)) == ["t1"] * JUNTAS
    assert operadora.pedidos == [None]


def test_tasks_whose_token_was_refused_at_once_get_one_new_one(
    oficina: Oficina, operadora: Operadora
) -> None:
    autorizar(oficina, operadora)

    operadora.dar = quando_esperam(oficina, operadora.dar)
    juntos = ao_mesmo_tempo(lambda: autorizar(oficina, operadora, recusado="t1"))
    assert juntos == ["t2"] * JUNTAS
    assert len(operadora.pedidos) == 2


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_secret_that_gets_no_token_is_tried_once_by_tasks_at_once(
    oficina: Oficina, operadora: Operadora, status: int
) -> None:
    operadora.dar = quando_esperam(oficina, recusar(status))
    motivos = ao_mesmo_tempo(lambda: autorizar(oficina, operadora))
    assert len(operadora.pedidos) == 1
    assert sum("sem token da operadora" in motivo for motivo in motivos) == 1
    assert sum(f"credencial {CONEXAO} suspensa" in motivo for motivo in motivos) == JUNTAS - 1
    assert "ao pedir o token" in str(suspensa(oficina))


def test_another_secret_is_free_after_one_was_refused(
    oficina: Oficina, operadora: Operadora
) -> None:
    operadora.dar = recusar(401)
    with pytest.raises(PendingError):
        autorizar(oficina, operadora)
    operadora.dar = numerados()
    with pytest.raises(PendingError, match="suspensa"):
        autorizar(oficina, operadora)
    assert autorizar(oficina, operadora, "outra") == "t1"
    operadora.dar = recusar(401)
    with pytest.raises(PendingError, match="sem token"):
        autorizar(oficina, operadora, "mais uma")
    with pytest.raises(PendingError, match="suspensa"):
        autorizar(oficina, operadora, "mais uma")


@pytest.mark.parametrize("status", [None, 429, 500, 503])
def test_an_operadora_that_gives_no_token_now_is_asked_again_later(
    oficina: Oficina, operadora: Operadora, status: int | None
) -> None:
    lote = oficina.lote()
    operadora.dar = recusar(status)
    assert isinstance(enviar(oficina, operadora, lote), PendingError)
    assert suspensa(oficina) is None
    assert oficina.valor("SELECT operacoes_suspensas FROM tiss.contrato WHERE id = 1") == {}
    assert (oficina.status(lote), oficina.trocas(lote)) == ("PENDENTE", [])
    operadora.dar = numerados()
    assert enviar(oficina, operadora, lote) is None


def test_where_no_tokens_are_given_out_the_operation_waits_for_a_person(
    oficina: Oficina, operadora: Operadora
) -> None:
    lote = oficina.lote()
    operadora.dar = recusar(404)
    assert isinstance(enviar(oficina, operadora, lote), PendingError)
    assert suspensa(oficina) is None
    suspensas = oficina.valor(
        "SELECT operacoes_suspensas FROM tiss.contrato WHERE operacoes_suspensas <> '{}'"
    )
    assert "ao pedir o token" in suspensas["ENVIO_LOTE_GUIAS"]


# Used again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("segundos", "segunda"), [(25, "t2"), (60, "t1")])
def test_a_token_is_used_again_until_it_is_about_to_expire(
    oficina: Oficina, operadora: Operadora, segundos: int, segunda: str
) -> None:
    assert autorizar(oficina, operadora) == "t1"
    oficina.fazer("UPDATE tiss.token SET expira_em = now() + %s * interval '1 s'", segundos)
    assert autorizar(oficina, operadora) == segunda


def test_a_token_of_another_secret_is_not_used_nor_its_refresh_token(
    oficina: Oficina, operadora: Operadora
) -> None:
    operadora.dar = numerados(renovacao="r1")
    assert autorizar(oficina, operadora, "um") == "t1"
    assert autorizar(oficina, operadora, "outro") == "t2"
    assert operadora.pedidos == [None, None]
    # And not the other way round either.
    assert autorizar(oficina, operadora, "um") == "t3"


def test_a_refresh_token_that_is_replaced_is_used_next_and_one_that_is_not_stays(
    oficina: Oficina, operadora: Operadora
) -> None:
    operadora.renovacao = "r1"
    dados = iter(["r2", None, "r3"])
    operadora.dar = lambda _: Token(valor="t", segundos=1, renovacao=next(dados))
    for _ in range(3):
        autorizar(oficina, operadora)
    assert operadora.pedidos == ["r1", "r2", "r2"]


def test_what_is_stored_is_encrypted_and_nothing_else_holds_it(
    oficina: Oficina, operadora: Operadora, capsys: pytest.CaptureFixture[str]
) -> None:
    operadora.renovacao = "digitado-por-alguem"
    operadora.dar = lambda _: Token(valor="muito-secreto", segundos=3600, renovacao="outro-segredo")
    lote = oficina.lote()
    assert enviar(oficina, operadora, lote) is None
    (linha,) = oficina.linhas("SELECT * FROM tiss.token")
    guardado = oficina.linhas(
        "SELECT (SELECT string_agg(token::text, '') FROM tiss.token),"
        " (SELECT string_agg(troca::text, '') FROM tiss.troca),"
        " (SELECT string_agg(lote::text, '') FROM tiss.lote)"
    )
    claro = [bytes(linha["cifrado"]), bytes(linha["renovacao_cifrada"])]
    tudo = f"{guardado} {claro} {capsys.readouterr().out}"
    for segredo in ("muito-secreto", "outro-segredo", "digitado-por-alguem"):
        assert segredo not in tudo
        assert segredo.encode().hex() not in tudo
    assert operadora.cifra.decrypt(bytes(linha["cifrado"])) == b"muito-secreto"
    assert "muito-secreto" not in repr(Token(valor="muito-secreto", segundos=1))


# Refused ------------------------------------------------------------------------------------------


def test_a_refused_token_is_changed_once_and_the_lote_goes(
    oficina: Oficina, operadora: Operadora
) -> None:
    autorizar(oficina, operadora)
    operadora.recusados = {"t1"}
    lote = oficina.lote()
    assert enviar(oficina, operadora, lote) is None
    assert operadora.usados == ["t1", "t2"]
    assert oficina.status(lote) == "ENVIADO"
    assert [troca["http_status"] for troca in oficina.trocas(lote)] == [401, 200]
    assert autorizar(oficina, operadora) == "t2"


def test_a_token_that_was_refused_is_never_used_again(
    oficina: Oficina, operadora: Operadora
) -> None:
    """Also when no other one could be got at once."""
    autorizar(oficina, operadora)
    operadora.recusados = {"t1"}
    lote = oficina.lote()
    operadora.dar, dar = recusar(None), operadora.dar
    assert isinstance(enviar(oficina, operadora, lote), PendingError)
    operadora.dar = dar
    assert enviar(oficina, operadora, lote) is None
    assert operadora.usados == ["t1", "t2"]
    assert suspensa(oficina) is None


def test_a_new_token_that_is_refused_too_suspends_the_credential(
    oficina: Oficina, operadora: Operadora
) -> None:
    operadora.recusados = {"t1", "t2", "t3"}
    lote = oficina.lote()
    assert isinstance(enviar(oficina, operadora, lote), PendingError)
    assert operadora.usados == ["t1", "t2"]
    assert "HTTP 401" in str(suspensa(oficina))
    assert "suspensa" in str(enviar(oficina, operadora, lote))
    assert operadora.usados == ["t1", "t2"]
    assert oficina.status(lote) == "PENDENTE"


def perguntar(oficina: Oficina, operadora: Operadora, lote: int) -> None:
    consulta: Consulta = {"nome": "", "lotes": [lote], "meses": [], "desde": 2**62}
    retorno.consultar_remessa(consulta, oficina.repo, lambda *_: cliente(operadora), quem="teste")


def cancelar(oficina: Oficina, operadora: Operadora, lote: int) -> None:
    cancelamento.cancelar(
        lote, oficina.repo, lambda *_: cliente(operadora), quem="teste", por="Ana"
    )


@pytest.mark.parametrize("fazer", [perguntar, cancelar])
@pytest.mark.parametrize("recusados", [{"t1"}, {"t1", "t2"}], ids=["once", "always"])
def test_a_question_and_a_cancel_change_a_refused_token_once_too(
    oficina: Oficina,
    operadora: Operadora,
    fazer: Callable[[Oficina, Operadora, int], None],
    recusados: set[str],
) -> None:
    oficina.enderecar(CANCELA_GUIA="tissCancelaGuia")
    lote = oficina.lote()
    assert enviar(oficina, operadora, lote) is None
    operadora.recusados, operadora.usados = recusados, []
    # What it answers then is a receipt, which is no answer to either.
    with suppress(OperadoraError):
        fazer(oficina, operadora, lote)
    assert operadora.usados == ["t1", "t2"]
    assert (suspensa(oficina) is None) is (recusados == {"t1"})
