"""The turn of a lote: all that may hold it back, looked at and claimed in one transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import structlog

from tiss.clients.transporte import agora
from tiss.domain.cadastro import Contrato
from tiss.domain.estados import StatusLote
from tiss.domain.requisicao import Requisicao
from tiss.errors import PendingError
from tiss.repository import Repositorio, Transacao, contratos, lotes, recursos, trocas
from tiss.repository.lotes import Lote
from tiss.services.conversa import (
    CREDENCIAL_EM_PROVA,
    Cliente,
    abrir_troca,
    esperar,
    segundos_da_troca,
    travar_credencial,
)

log = structlog.get_logger(__name__)


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


def esperar_a_vez(
    repo: Repositorio,
    lote: Lote,
    contrato: Contrato,
    cliente: Cliente,
    requisicao: Requisicao,
    quem: str,
) -> Vez | None:
    """Return the claim on a lote; None when it is no longer to be sent.

    Raises PendingError when its turn does not come within ESPERA_MAXIMA, or waits for a person.
    """
    desde = agora()
    while True:
        resposta = tomar_vez(repo, lote, contrato, cliente, requisicao, quem)
        if not isinstance(resposta, Espera):
            return resposta
        esperar(resposta.segundos, desde, resposta.motivo, lote.id)


def tomar_vez(
    repo: Repositorio,
    lote: Lote,
    contrato: Contrato,
    cliente: Cliente,
    requisicao: Requisicao,
    quem: str,
) -> Vez | Espera | None:
    """Check everything that may hold a lote back, claim it and record the intent.

    Returns the claim; or why to wait; or None when the lote is no longer to be sent. Raises
    PendingError when it has to wait for a person or a date.
    """
    dono = f"{quem} {uuid.uuid4()}"
    # Taken before the database's own clock, so that ours ends first.
    inicio = agora()
    try:
        with repo.transacao() as t:
            return _tomar(t, lote, contrato, cliente, requisicao, dono, inicio)
    except psycopg.OperationalError:
        # Nobody knows whether the COMMIT happened. If the attempt is ours, it goes on.
        with repo.transacao() as t:
            minha = lotes.minha_vez(t, lote.id, dono)
        if minha is None:
            raise
        return Vez(minha.tentativa, minha.troca_id, inicio + segundos_da_troca(contrato))


def _tomar(
    t: Transacao,
    lote: Lote,
    contrato: Contrato,
    cliente: Cliente,
    requisicao: Requisicao,
    dono: str,
    inicio: float,
) -> Vez | Espera | None:
    # The lote first: what was read of it before waiting for a turn may be history.
    travado = lotes.travar(t, lote.id)
    if travado.status != StatusLote.PENDENTE:
        return None
    if motivo := travado.espera_por_pessoa:
        raise PendingError(motivo, lote_id=lote.id)
    if lote.e_recurso and (vencido := recursos.vencido(t, lote.id)) is not None:
        raise PendingError(vencido.motivo, lote_id=lote.id)
    situacao = contratos.travar_envio(t, lote.id, lote.operacao, cliente.canal)
    if situacao.versao != contrato.versao:
        # The request was made for a configuration that is no more.
        raise PendingError("a configuração do contrato mudou agora mesmo", lote_id=lote.id)
    if motivo := situacao.impedimento:
        raise PendingError(motivo, lote_id=lote.id)
    # A calendar of lotes: the deadline of a recurso does not wait for it.
    fechado = None if lote.e_recurso else fora_do_calendario(contrato, datetime.now(UTC))
    if motivo := fechado:
        raise PendingError(motivo, lote_id=lote.id)
    credencial = travar_credencial(t, contrato, cliente)
    if credencial is not None:
        if credencial.motivo_suspensao is not None:
            raise PendingError(
                f"credencial {contrato.credencial} suspensa: {credencial.motivo_suspensao}",
                lote_id=lote.id,
            )
        if not credencial.livre:
            # A wrong password tried by several tasks at once locks the user over there.
            return Espera(1.0, CREDENCIAL_EM_PROVA)
    if situacao.enviando >= situacao.max_envios_simultaneos:
        return Espera(1.0, f"já há {situacao.enviando} envios em andamento neste contrato")
    if situacao.operadora_cheia:
        return Espera(1.0, "a operadora já recebe o máximo de envios ao mesmo tempo")
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
    if lotes.desmontar_alterados(t, lote.contrato_id, so_lote=lote.id):
        log.warning("lote desmontado: os dados mudaram", lote=lote.id)
        return None
    segundos = segundos_da_troca(contrato)
    tentativa = lotes.tomar(t, lote.id, dono=dono, segundos=segundos)
    if tentativa is None:
        return None
    contratos.marcar_envio(t, lote.contrato_id)
    troca_id = abrir_troca(
        t,
        contrato,
        lote,
        lote.operacao,
        cliente.canal,
        requisicao,
        tentativa=tentativa,
        quem=dono,
    )
    return Vez(tentativa, troca_id, inicio + segundos)


def fora_do_calendario(contrato: Contrato, momento: datetime) -> str | None:
    """Return until when the delivery calendar of a contrato makes its lotes wait, None: it is open.

    momento: with a time zone.
    """
    abre = contrato.calendario.abre_em(contrato.no_fuso(momento))
    if abre is None:
        return None
    return f"fora do calendário de entrega: a operadora recebe de novo em {abre:%d/%m/%Y %H:%M}"
