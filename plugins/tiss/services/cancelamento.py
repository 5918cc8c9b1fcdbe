"""Cancels a lote, or some of its guias, at the operadora.

As in a send: the intent is committed before anything leaves, the reply is stored before it is
understood, and while nobody knows the lote is in doubt. Guias of a lote that is being cancelled
are not billable; an answer of "cancelled" makes them so again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from tiss.clients.transporte import agora
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.cancelamento import DesfechoCancelamento, decidir_cancelamento
from tiss.domain.estados import StatusLote
from tiss.domain.pedido import CancelaGuia, GuiaCancelada, LoteCancelado
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import Cancelamentos
from tiss.errors import DoubtError, PendingError, TransitionError
from tiss.messages.mensagem import Mensagem, escrever_pedido, ler_pedido
from tiss.messages.validacao.entrada import abrir_mensagem
from tiss.repository import (
    Repositorio,
    Transacao,
    contratos,
    lotes,
    recursos,
    retornos,
    trocas,
)
from tiss.repository.lotes import Lote, LoteTravado
from tiss.repository.trocas import Troca
from tiss.services.conversa import (
    CREDENCIAL_EM_PROVA,
    Cliente,
    ClienteDe,
    abrir_troca,
    aprovar_credencial,
    autorizar,
    campos,
    esperar,
    guardar,
    ler,
    segundos_da_troca,
    suspender,
    token_renovavel,
    travar_credencial,
)
from tiss.services.pessoa import nome_de
from tiss.services.quarentena import exigir_fora_da_quarentena

log = structlog.get_logger(__name__)

CANCELA = Operacao.CANCELA_GUIA
CANCELAVEIS = frozenset({StatusLote.ENVIADO, StatusLote.EM_DUVIDA})
# dm_tipoGuia: what is cancelled is a billed guia, or a recurso; not a request for authorisation.
FATURAMENTO, RECURSO = "23"
# Answers that only a person can settle, or a later answer.
RECUSAS = ("CANCELAMENTO_RECUSADO", "CANCELAMENTO_PARCIAL")
# Between which process asked and who decided it, in the audit trail.
_POR = "; por "


def cancelar(
    lote_id: int,
    repo: Repositorio,
    cliente_de: ClienteDe,
    *,
    quem: str,
    por: str,
    guias: Sequence[str] = (),
) -> StatusLote:
    """Ask the operadora to cancel a lote, or the guias of it with these numbers.

    Returns the state in which the lote is then: CANCELADO, or what it was when the operadora did
    not do it; the reason is in its observacoes. quem: which process; por: who decided it. Raises
    TransitionError for a lote that cannot be cancelled, PendingError when nobody could be asked,
    DoubtError when nobody answered.
    """
    nome = nome_de(por, "cancela")
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
        do_lote = _numeros(t, lote)
    _exigir_cancelavel(lote.status, lote_id)
    if lote.protocolo is None and 0 < len(set(guias)) < len(do_lote):
        # Sent again, the lote would take along what was cancelled, which is billed anew meanwhile.
        raise TransitionError(
            f"O lote {lote_id} está em dúvida: só se pede o cancelamento dele inteiro."
        )
    canais = contrato.canais(CANCELA)
    if not canais:
        raise TransitionError(
            f"O contrato {contrato.nome} não oferece cancelamento pelo serviço: cancele no portal "
            "e responda que foi cancelado fora daqui."
        )
    mensagem = _mensagem(lote, contrato, do_lote, guias)
    motivo = ""
    for canal in canais:
        pedido = _Pedido(lote, contrato, canal, mensagem, quem=f"{quem}{_POR}{nome}")
        try:
            desfecho = pedido.fazer(repo, cliente_de)
        except PendingError as erro:
            # Nothing left: what holds it back on this channel may not hold on the next one.
            motivo = str(erro)
            continue
        if desfecho.sem_resposta:
            raise DoubtError(desfecho.motivo, lote_id=lote_id)
        if not desfecho.nao_chegou:
            break
        motivo = desfecho.motivo
    else:
        raise PendingError(motivo, lote_id=lote_id)
    with repo.transacao() as t:
        return StatusLote(lotes.obter(t, lote_id).status)


def interpretar_cancelamento(
    t: Transacao, lote: LoteTravado, *, configuracao: bool = False
) -> DesfechoCancelamento | None:
    """Apply the stored answer to the last request to cancel; None when there is no answer.

    For a locked lote that is CANCELANDO; for any other the answer is noted and changes nothing.
    configuracao: as in `interpretacao.interpretar`.
    """
    troca = trocas.do_cancelamento(t, lote.id)
    if troca is None or not troca.respondida:
        return None
    entrega = replace(troca.entrega, configuracao=configuracao)
    contrato = contratos.obter(t, lote.contrato_id)
    lida = ler(entrega, contrato, Canal(troca.canal), lote.id)
    desfecho = decidir_cancelamento(
        entrega,
        lida.resposta if lida is not None else None,
        numero_lote=str(lote.numero_lote),
        pedidas=_pedidas(troca),
        do_lote=frozenset(_numeros(t, lote)),
        antes=StatusLote.ENVIADO if lote.protocolo else StatusLote.EM_DUVIDA,
        deduplica=contrato.deduplica,
        token_renovavel=token_renovavel(t, contrato, lote.id, CANCELA, troca.tentativa),
    )
    if lote.status == StatusLote.CANCELANDO:
        _aplicar(t, lote, contrato, troca, desfecho)
    if lida is not None and isinstance(lida.resposta, Cancelamentos):
        aprovar_credencial(t, contrato)
    trocas.interpretada(t, troca.id, f"{desfecho.status}: {desfecho.motivo}"[:500])
    return desfecho


@dataclass(frozen=True, slots=True)
class _Pedido:
    """One request to cancel, on one channel."""

    lote: Lote
    contrato: Contrato
    canal: Canal
    mensagem: Mensagem
    quem: str

    def fazer(self, repo: Repositorio, cliente_de: ClienteDe) -> DesfechoCancelamento:
        """Claim the lote, ask, store and understand the answer."""
        sem_token = cliente_de(self.contrato, self.canal)
        recusado = None
        while True:
            cliente, token = autorizar(
                *(repo, self.contrato, sem_token, CANCELA),
                lote_id=self.lote.id,
                recusado=recusado,
            )
            requisicao = cliente.requisicao(
                CANCELA, self.mensagem, campos(self.contrato, self.lote)
            )
            inicio, troca_id = self._esperar_a_vez(repo, cliente, requisicao)
            ate = inicio + segundos_da_troca(self.contrato)
            log.info("cancelando", lote=self.lote.id, canal=self.canal, quem=self.quem)
            entrega = cliente.trocar(requisicao, ate=ate)
            guardar(repo, troca_id, entrega, ate=ate)
            with repo.transacao() as t:
                desfecho = interpretar_cancelamento(
                    t, lotes.travar(t, self.lote.id), configuracao=entrega.configuracao
                )
            assert desfecho is not None  # noqa: S101  the reply has just been stored
            log.info("cancelamento respondido", lote=self.lote.id, motivo=desfecho.motivo,
                     http=entrega.http_status, estado=desfecho.status)  # fmt: skip
            if not desfecho.token_recusado:
                return desfecho
            recusado = token

    def _esperar_a_vez(
        self, repo: Repositorio, cliente: Cliente, requisicao: Requisicao
    ) -> tuple[float, int]:
        desde = agora()
        while True:
            # Taken before the database's own clock, so that ours ends first.
            inicio = agora()
            with repo.transacao() as t:
                troca_id = self._tomar(t, cliente, requisicao)
            if troca_id is not None:
                return inicio, troca_id
            esperar(1.0, desde, CREDENCIAL_EM_PROVA, self.lote.id)

    def _tomar(self, t: Transacao, cliente: Cliente, requisicao: Requisicao) -> int | None:
        """Claim the lote and record the intent; None while the credential has to prove itself."""
        lote, contrato = lotes.travar(t, self.lote.id), self.contrato
        _exigir_cancelavel(lote.status, lote.id)
        if trocas.sem_leitura(t, lote.id):
            raise PendingError("há uma resposta deste lote ainda não interpretada", lote_id=lote.id)
        if lote.status == StatusLote.EM_DUVIDA:
            exigir_fora_da_quarentena(t, lote.id)
        credencial = travar_credencial(t, contrato, cliente)
        if credencial is not None and not credencial.livre:
            return None
        if quem := contratos.suspenso_por_pessoa(t, contrato.id):
            raise PendingError(f"contrato suspenso por {quem}", lote_id=lote.id)
        if motivo := contratos.suspensao(t, contrato.id, CANCELA, self.canal):
            raise PendingError(f"cancelamento suspenso: {motivo}", lote_id=lote.id)
        dono = f"{self.quem} {uuid.uuid4()}"
        segundos = segundos_da_troca(contrato)
        lotes.tomar_cancelamento(t, lote.id, dono=dono, segundos=segundos)
        return abrir_troca(
            *(t, contrato, self.lote, CANCELA, self.canal, requisicao),
            tentativa=trocas.cancelamentos(t, lote.id) + 1,
            quem=self.quem,
        )


def _exigir_cancelavel(status: str, lote_id: int) -> None:
    if status not in CANCELAVEIS:
        raise TransitionError(
            f"O lote {lote_id} está {status}: só se cancela na operadora um lote ENVIADO ou "
            "EM_DUVIDA."
        )


def _numeros(t: Transacao, lote: Lote | LoteTravado) -> list[str]:
    """The guias of a lote, by their number; of a recurso, its own."""
    if lote.e_recurso:
        return [recursos.do_envio(t, lote.id).numero_guia]
    return [envio.numero_guia_prestador for envio in lotes.envios(t, lote.id)]


def _mensagem(
    lote: Lote, contrato: Contrato, numeros: Sequence[str], guias: Sequence[str]
) -> Mensagem:
    """The request: the lote as a whole where the operadora takes that, else each of its guias.

    A recurso has a protocolo, and no number of a lote that it could be named by.
    """
    if estranhas := sorted(set(guias) - set(numeros)):
        raise TransitionError(f"O lote {lote.id} não tem as guias: {', '.join(estranhas)}.")
    if contrato.cancela_por == "LOTE" and not guias and not lote.e_recurso:
        pedido = CancelaGuia(
            contratado=contrato.contratado,
            lote=LoteCancelado(numero_lote=str(lote.numero_lote), numero_protocolo=lote.protocolo),
        )
    else:
        pedido = CancelaGuia(
            contratado=contrato.contratado,
            guias=tuple(
                GuiaCancelada(
                    tipo_guia=RECURSO if lote.e_recurso else FATURAMENTO,
                    numero_guia_prestador=numero,
                    numero_protocolo=lote.protocolo,
                )
                for numero in numeros
                if not guias or numero in guias
            ),
        )
    registrado_em = contrato.no_fuso(datetime.now(UTC))
    return escrever_pedido(contrato, pedido, sequencial=lote.id, registrado_em=registrado_em)


def _pedidas(troca: Troca) -> tuple[str, ...] | None:
    """The guias that a stored request names; None when it names the lote."""
    pedido = ler_pedido(abrir_mensagem(troca.requisicao))
    if not isinstance(pedido, CancelaGuia) or pedido.lote is not None:
        return None
    return tuple(guia.numero_guia_prestador or "" for guia in pedido.guias)


def _aplicar(
    t: Transacao,
    lote: LoteTravado,
    contrato: Contrato,
    troca: Troca,
    desfecho: DesfechoCancelamento,
) -> None:
    lotes.mudar_estado(t, lote, desfecho.status, motivo=desfecho.motivo)
    if desfecho.status is StatusLote.CANCELADO or desfecho.canceladas:
        por = "resposta da operadora"
        retornos.fechar_divergencias(t, RECUSAS, por=por, lote_id=lote.id)
        lotes.cancelar_guias(
            t,
            lote.id,
            desfecho.canceladas,
            reusa_numero=contrato.reusa_numero,
            por=troca.quem.rpartition(_POR)[2],
            motivo="cancelada na operadora",
        )
    if desfecho.reenviar:
        em_duvida = lotes.travar(t, lote.id)
        lotes.mudar_estado(t, em_duvida, StatusLote.PENDENTE, motivo=desfecho.motivo)
    if desfecho.suspender is not None:
        suspender(t, contrato, CANCELA, Canal(troca.canal), desfecho.suspender, desfecho.motivo)
    if desfecho.divergencia is not None:
        retornos.abrir_divergencia(t, desfecho.divergencia, desfecho.motivo, lote_id=lote.id)
    if desfecho.status is StatusLote.ENVIADO:
        retornos.encerrar_lote(t, lote.id)
