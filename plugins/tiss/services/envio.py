"""Sends a lote: turn and intent, send once, store the reply, then understand it.

Never twice, never lost: the claim and the request are committed before anything leaves, the
reply is stored before anything that can fail, and a lote that may have arrived is never sent
again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from tiss.clients.transporte import agora
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.domain.conferencia import exigir_completo
from tiss.domain.desfecho import Desfecho
from tiss.domain.estados import StatusLote
from tiss.errors import DoubtError, PendingError, RejectedError, TissError
from tiss.messages.mensagem import Mensagem
from tiss.repository import Repositorio, contratos, lotes
from tiss.repository.lotes import Lote
from tiss.services.conversa import ClienteDe, autorizar, campos, guardar
from tiss.services.interpretacao import interpretar
from tiss.services.montagem import remontar
from tiss.services.registro import grupo
from tiss.services.vez import esperar_a_vez

log = structlog.get_logger(__name__)

PRONTOS = frozenset({StatusLote.ENVIADO, StatusLote.PROCESSADO, StatusLote.CANCELADO})


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

    Where there are two channels, the second is tried only after the first did provably not
    deliver. Raises PendingError, RejectedError or DoubtError, by the state in which it stays.
    """
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
    if lote.status != StatusLote.PENDENTE:
        _terminar(lote)
        return
    exigir_completo(contrato)
    canais = contrato.canais(lote.operacao)
    if not canais:
        if not contrato.pelo_portal:
            raise PendingError(
                f"o contrato {contrato.nome} não oferece {lote.operacao}: ponha o endereço dela",
                lote_id=lote_id,
            )
        raise PendingError(_de_portal(repo, lote_id), lote_id=lote_id)
    for canal in canais:
        try:
            outro_canal = _enviar_por(canal, lote, contrato, repo, cliente_de, quem)
        except PendingError as erro:
            # Nothing left: what holds it back on this channel may not hold on the next one.
            if canal is canais[-1]:
                raise
            log.warning("canal não usado", lote=lote_id, canal=canal, motivo=str(erro))
            continue
        if not outro_canal:
            break
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
    _terminar(lote)


def _enviar_por(
    canal: Canal,
    lote: Lote,
    contrato: Contrato,
    repo: Repositorio,
    cliente_de: ClienteDe,
    quem: str,
) -> bool:
    """Try one channel; return whether another one may be tried, because this did not deliver."""
    sem_token = cliente_de(contrato, canal)
    # Everything that can fail comes before the turn.
    mensagem = Mensagem.do_arquivo(lote.arquivo, lote.versao_tiss)
    recusado = None
    while True:
        cliente, token = autorizar(
            repo, contrato, sem_token, lote.operacao, lote_id=lote.id, recusado=recusado
        )
        requisicao = cliente.requisicao(lote.operacao, mensagem, campos(contrato, lote))
        vez = esperar_a_vez(repo, lote, contrato, cliente, requisicao, quem)
        if vez is None:
            return False
        inicio = agora()
        log.info("enviando", lote=lote.id, contrato=contrato.nome, guias=lote.quantidade_guias,
                 canal=canal, bytes=len(requisicao.dados), tentativa=vez.tentativa)  # fmt: skip
        entrega = cliente.trocar(requisicao, ate=vez.ate)
        guardar(repo, vez.troca_id, entrega, ate=vez.ate)
        desfecho = interpretar(
            repo, lote.id, vez.tentativa, configuracao=entrega.configuracao, pedido=requisicao.dados
        )
        _dizer(lote.id, entrega.http_status, desfecho, agora() - inicio)
        if desfecho is None or desfecho.status is not StatusLote.PENDENTE:
            return False
        if not desfecho.token_recusado:
            return not entrega.ultimo_bloco_saiu
        recusado = token


def _de_portal(repo: Repositorio, lote_id: int) -> str:
    with repo.transacao() as t:
        return lotes.travar(t, lote_id).espera_por_pessoa or contratos.PORTAL


def _dizer(lote_id: int, http: int | None, desfecho: Desfecho | None, segundos: float) -> None:
    log.info(
        "resposta da operadora",
        lote=lote_id,
        http=http,
        estado=desfecho.status if desfecho else None,
        motivo=desfecho.motivo if desfecho else None,
        segundos=round(segundos, 2),
    )


def _atuais(repo: Repositorio, lotes_ids: Sequence[int]) -> list[int]:
    """The lotes that stand for the given ones now: a refused one may have been rebuilt since."""
    atuais: list[int] = []
    for lote_id in lotes_ids:
        with repo.transacao() as t:
            lote = lotes.obter(t, lote_id)
            contrato = contratos.obter(t, lote.contrato_id)
        if lote.status == StatusLote.ERRO and not lote.e_recurso:
            novos = remontar(repo, contrato, agora=datetime.now(UTC)).lotes
            with repo.transacao() as t:
                lote = lotes.obter(t, lote_id)
            atuais += novos
        while lote.substituido_por is not None:
            with repo.transacao() as t:
                lote = lotes.obter(t, lote.substituido_por)
        atuais.append(lote.id)
    return list(dict.fromkeys(atuais))


def _terminar(lote: Lote) -> None:
    lote_id, status = lote.id, lote.status
    motivo = lote.observacoes or status
    if status in PRONTOS:
        return
    if status == StatusLote.EM_DUVIDA:
        raise DoubtError(
            f"{motivo.rstrip('.')}. Consulte o portal da operadora e responda: "
            f"tiss lote resolver {lote_id}",
            lote_id=lote_id,
        )
    if status == StatusLote.ERRO:
        raise RejectedError(
            f"{motivo.rstrip('.')}. O texto da operadora está em tiss.lote.detalhe. "
            + (
                "Refaça o recurso: tiss recurso refazer"
                if lote.e_recurso
                else "Corrija a causa; o lote é montado de novo na próxima noite"
            ),
            lote_id=lote_id,
        )
    if status == StatusLote.ENVIANDO:
        raise PendingError("outro processo está enviando este lote", lote_id=lote_id)
    if status == StatusLote.CANCELANDO:
        raise PendingError("o cancelamento deste lote está em andamento", lote_id=lote_id)
    raise PendingError(motivo, lote_id=lote_id)
