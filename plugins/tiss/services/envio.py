"""Sends a lote: turn and intent, send once, store the reply, then understand it.

Never twice, never lost: the claim and the request are committed before anything leaves, the
reply is stored before anything that can fail, and a lote that may have arrived is never sent
again by itself.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import psycopg
import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential

from tiss.clients.transporte import agora
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.estados import StatusLote
from tiss.domain.retorno import Entrega
from tiss.errors import DoubtError, PendingError, RejectedError, TissError
from tiss.messages.mensagem import Login, forma_ws, ocultar_senha
from tiss.repository import Repositorio, Transacao, contratos, lotes, trocas
from tiss.repository.lotes import Lote
from tiss.services.interpretacao import interpretar
from tiss.services.montagem import remontar
from tiss.services.registro import grupo

log = structlog.get_logger(__name__)

ENVIO = Operacao.ENVIO_LOTE_GUIAS
# Beyond the timeouts of the exchange itself: to commit, serialise and store the reply.
MARGEM_SEGUNDOS = 15
ESPERA_MAXIMA = 60.0
CREDENCIAL_EM_PROVA = "a credencial ainda não foi aceita nenhuma vez: uma troca por vez"
PRONTOS = frozenset({StatusLote.ENVIADO, StatusLote.PROCESSADO, StatusLote.CANCELADO})


class Credencial(Protocol):
    """What a client knows of its secret."""

    @property
    def login(self) -> Login | None:
        """What enters the cabecalho."""

    @property
    def impressao(self) -> str | None:
        """Keyed digest of the secret."""


class Cliente(Protocol):
    """One conversation with the operadora of a contrato."""

    @property
    def credencial(self) -> Credencial:
        """The secret in use."""

    def pedido(self, operacao: Operacao, corpo: bytes) -> bytes:
        """Return the complete request around a web-service root."""

    def trocar(self, operacao: Operacao, pedido: bytes, *, ate: float) -> Entrega:
        """Send a request once; no error of the network escapes."""


ClienteDe = Callable[[Contrato], Cliente]


@dataclass(frozen=True, slots=True)
class Vez:
    """A claim: this process, and no other, may send the lote once, until `ate`."""

    tentativa: int
    troca_id: int
    ate: float


@dataclass(frozen=True, slots=True)
class Espera:
    """It is not the lote's turn; motivo says why, segundos when to ask again."""

    segundos: float
    motivo: str


def enviar_remessa(
    lotes_ids: Sequence[int], repo: Repositorio, cliente_de: ClienteDe, *, quem: str
) -> None:
    """Send every lote of a remessa that waits; each outcome is stored at once.

    quem: who sends, for the audit trail. Raises at the end, when something is left: PendingError
    if a later attempt can help, else what a person has to do something about: RejectedError,
    DoubtError, or whatever kept a lote from being written, which leaves it PENDENTE.
    """
    restos: list[TissError] = []
    for lote_id in _atuais(repo, lotes_ids):
        with grupo(f"Envio do lote {lote_id}"):
            try:
                enviar(lote_id, repo, cliente_de, quem=quem)
            except TissError as erro:
                log.error("lote não enviado", lote=lote_id, motivo=str(erro))
                restos.append(erro)
    if restos:
        # What a retry can move decides: it makes the others be looked at again, no more.
        raise min(restos, key=lambda erro: not isinstance(erro, PendingError))


def enviar(lote_id: int, repo: Repositorio, cliente_de: ClienteDe, *, quem: str) -> None:
    """Send one lote, if it waits to be sent; return when it is ENVIADO (or was before).

    Raises PendingError, RejectedError or DoubtError, by the state in which it stays.
    """
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
    if lote.status != StatusLote.PENDENTE:
        _terminar(lote.id, lote.status, lote.observacoes)
        return
    cliente = cliente_de(contrato)
    corpo = forma_ws(lote.arquivo, lote.versao_tiss, cliente.credencial.login)
    pedido = cliente.pedido(ENVIO, corpo)
    vez = _esperar_a_vez(repo, lote, pedido, cliente.credencial.impressao, quem)
    if vez is None:
        _situacao_final(repo, lote_id)
        return
    inicio = agora()
    log.info("enviando", lote=lote_id, contrato=contrato.nome, guias=lote.quantidade_guias,
             bytes=len(pedido), tentativa=vez.tentativa)  # fmt: skip
    entrega = cliente.trocar(ENVIO, pedido, ate=vez.ate)
    guardar(repo, vez.troca_id, entrega, ate=vez.ate)
    desfecho = interpretar(
        repo, lote_id, vez.tentativa, configuracao=entrega.configuracao, pedido=pedido
    )
    log.info(
        "resposta da operadora",
        lote=lote_id,
        http=entrega.http_status,
        estado=desfecho.status if desfecho else None,
        motivo=desfecho.motivo if desfecho else None,
        segundos=round(agora() - inicio, 2),
    )
    _situacao_final(repo, lote_id)


def guardar(repo: Repositorio, troca_id: int, entrega: Entrega, *, ate: float) -> None:
    """Step 3a: store the raw reply, on a fresh connection, until it is stored or `ate`."""

    def passou(_: RetryCallState) -> bool:
        return agora() >= ate

    for tentativa in Retrying(
        retry=retry_if_exception_type(psycopg.OperationalError),
        stop=passou,
        wait=wait_exponential(multiplier=0.1, max=2),
        reraise=True,
    ):
        with tentativa, repo.transacao() as t:
            trocas.responder(t, troca_id, entrega)


def tomar_vez(
    repo: Repositorio, lote: Lote, pedido: bytes, impressao: str | None, quem: str
) -> Vez | Espera | None:
    """Step 1: check everything that may hold a lote back, claim it and record the intent.

    Returns the claim; or why to wait; or None when the lote is no longer to be sent. Raises
    PendingError when it has to wait for a person.
    """
    dono = f"{quem} {uuid.uuid4()}"
    # Taken before the database's own clock, so that ours ends first.
    inicio = agora()
    try:
        with repo.transacao() as t:
            return _tomar(t, lote, pedido, impressao, dono, inicio)
    except psycopg.OperationalError:
        # Nobody knows whether the COMMIT happened. If the attempt is ours, it goes on.
        with repo.transacao() as t:
            minha = lotes.minha_vez(t, lote.id, dono)
            contrato = contratos.obter(t, lote.contrato_id)
        if minha is None:
            raise
        segundos = contrato.segundos_total + MARGEM_SEGUNDOS
        return Vez(minha.tentativa, minha.troca_id, inicio + segundos)


def _tomar(
    t: Transacao, lote: Lote, pedido: bytes, impressao: str | None, dono: str, inicio: float
) -> Vez | Espera | None:
    # The lote first: what was read of it before waiting for a turn may be history.
    if lotes.travar(t, lote.id).status != StatusLote.PENDENTE:
        return None
    situacao = contratos.travar_envio(t, lote.id)
    if not situacao.ativa:
        raise PendingError("a operadora está desativada no cadastro", lote_id=lote.id)
    if situacao.motivo_suspensao is not None:
        raise PendingError(f"envio suspenso: {situacao.motivo_suspensao}", lote_id=lote.id)
    maximo = situacao.max_envios_simultaneos
    if situacao.credencial is not None:
        credencial = contratos.travar_credencial(
            t, situacao.credencial, impressao, margem=MARGEM_SEGUNDOS
        )
        if credencial.motivo_suspensao is not None:
            raise PendingError(
                f"credencial {situacao.credencial} suspensa: {credencial.motivo_suspensao}",
                lote_id=lote.id,
            )
        if not credencial.livre:
            # A wrong password tried by several tasks at once locks the user over there.
            return Espera(1.0, CREDENCIAL_EM_PROVA)
    if situacao.enviando >= maximo:
        return Espera(1.0, f"já há {situacao.enviando} envios em andamento neste contrato")
    if situacao.segundos_de_intervalo > 0:
        return Espera(situacao.segundos_de_intervalo, "intervalo entre envios")
    if trocas.sem_leitura(t, lote.id):
        return Espera(1.0, "há uma resposta deste lote ainda não interpretada")
    if lotes.detido(t, lote.id):
        raise PendingError(
            "possível duplicidade: a operadora aceitou outra cópia destas guias; resolva a "
            "divergência antes",
            lote_id=lote.id,
        )
    if lotes.desmontar_alterados(t, situacao.contrato_id, so_lote=lote.id):
        log.warning("lote desmontado: os dados mudaram", lote=lote.id)
        return None
    segundos = situacao.segundos + MARGEM_SEGUNDOS
    tentativa = lotes.tomar(t, lote.id, dono=dono, segundos=segundos)
    if tentativa is None:
        return None
    contratos.marcar_envio(t, situacao.contrato_id)
    troca_id = trocas.abrir(
        t,
        operacao=ENVIO,
        contrato_id=situacao.contrato_id,
        lote_id=lote.id,
        tentativa=tentativa,
        quem=dono,
        pedido=ocultar_senha(pedido),
        sha256=hashlib.sha256(pedido).hexdigest(),
    )
    return Vez(tentativa, troca_id, inicio + segundos)


def _esperar_a_vez(
    repo: Repositorio, lote: Lote, pedido: bytes, impressao: str | None, quem: str
) -> Vez | None:
    limite = agora() + ESPERA_MAXIMA
    while True:
        resposta = tomar_vez(repo, lote, pedido, impressao, quem)
        if not isinstance(resposta, Espera):
            return resposta
        if agora() + resposta.segundos > limite:
            raise PendingError(f"ainda não é a vez: {resposta.motivo}", lote_id=lote.id)
        time.sleep(resposta.segundos)


def _atuais(repo: Repositorio, lotes_ids: Sequence[int]) -> list[int]:
    """The lotes that stand for the given ones now: a refused one may have been rebuilt since."""
    atuais: list[int] = []
    for lote_id in lotes_ids:
        with repo.transacao() as t:
            lote = lotes.obter(t, lote_id)
            contrato = contratos.obter(t, lote.contrato_id)
        if lote.status == StatusLote.ERRO:
            novos = remontar(repo, contrato, agora=datetime.now(UTC)).lotes
            with repo.transacao() as t:
                lote = lotes.obter(t, lote_id)
            atuais += novos
        while lote.substituido_por is not None:
            with repo.transacao() as t:
                lote = lotes.obter(t, lote.substituido_por)
        atuais.append(lote.id)
    return list(dict.fromkeys(atuais))


def _situacao_final(repo: Repositorio, lote_id: int) -> None:
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
    _terminar(lote.id, lote.status, lote.observacoes)


def _terminar(lote_id: int, status: str, observacoes: str | None) -> None:
    motivo = observacoes or status
    if status in PRONTOS:
        return
    if status == StatusLote.EM_DUVIDA:
        raise DoubtError(
            f"{motivo}. Consulte o portal da operadora e responda: tiss lote resolver {lote_id}",
            lote_id=lote_id,
        )
    if status == StatusLote.ERRO:
        raise RejectedError(
            f"{motivo.rstrip('.')}. O texto da operadora está em tiss.lote.detalhe. Corrija a "
            "causa; o lote é montado de novo na próxima noite",
            lote_id=lote_id,
        )
    if status == StatusLote.ENVIANDO:
        raise PendingError("outro processo está enviando este lote", lote_id=lote_id)
    raise PendingError(motivo, lote_id=lote_id)
