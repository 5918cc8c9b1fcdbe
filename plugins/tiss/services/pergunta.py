"""Asks an operadora what became of a sending. A question changes nothing: it may be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from tiss.clients.transporte import agora
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.desfecho import motivo_de_suspensao, recusou_token
from tiss.domain.pedido import Pedido
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import (
    SITUACOES,
    Demonstrativos,
    DemonstrativosPagamento,
    Entrega,
    Recusa,
    Resposta,
    RespostaRecurso,
    SituacaoProtocolo,
    SituacaoRecurso,
)
from tiss.errors import PendingError
from tiss.messages.diagnostico import diagnosticar
from tiss.messages.mensagem import Mensagem, escrever_pedido
from tiss.repository import Repositorio, contratos, trocas
from tiss.repository.lotes import Lote
from tiss.services.conversa import (
    CREDENCIAL_EM_PROVA,
    Cliente,
    ClienteDe,
    abrir_troca,
    aprovar_credencial,
    autorizar,
    campos,
    campos_sem_lote,
    esperar,
    guardar,
    ler,
    segundos_da_troca,
    suspender,
    travar_credencial,
)

log = structlog.get_logger(__name__)

Informada = (
    SituacaoProtocolo | Demonstrativos | DemonstrativosPagamento | RespostaRecurso | SituacaoRecurso
)
Entendida = Informada | Recusa


@dataclass(frozen=True, slots=True, kw_only=True)
class Assunto:
    """What a question is about: a lote, several protocolos, or neither.

    protocolos: those that a question without a lote names.
    """

    contrato: Contrato
    lote: Lote | None = None
    protocolos: tuple[str, ...] = ()

    @property
    def lote_id(self) -> int | None:
        """The lote, None when it is about none."""
        return None if self.lote is None else self.lote.id

    @property
    def protocolo(self) -> str | None:
        """The protocolos that it is about, for the log."""
        do_lote = None if self.lote is None else self.lote.protocolo
        return do_lote or ", ".join(self.protocolos) or None

    @property
    def campos(self) -> dict[str, str]:
        """What addresses and headers may name."""
        if self.lote is None:
            return campos_sem_lote(self.contrato)
        return campos(self.contrato, self.lote)


def perguntar(
    repo: Repositorio, assunto: Assunto, pedido: Pedido, cliente_de: ClienteDe, *, quem: str
) -> Entendida:
    """Return what an operadora answers to a question, on the first channel that does.

    Raises PendingError when nobody answered: the next hour asks again.
    """
    contrato, operacao = assunto.contrato, pedido.operacao
    registrado_em = contrato.no_fuso(datetime.now(UTC))
    sequencial = assunto.lote_id or int(registrado_em.timestamp())
    mensagem = escrever_pedido(contrato, pedido, sequencial=sequencial, registrado_em=registrado_em)
    canais = contrato.canais(operacao)
    if not canais:
        raise PendingError(f"o contrato não oferece {operacao}", lote_id=assunto.lote_id)
    return _pelo_primeiro(canais, _Pergunta(repo, assunto, operacao, mensagem, quem), cliente_de)


def _pelo_primeiro(
    canais: Sequence[Canal], pergunta: _Pergunta, cliente_de: ClienteDe
) -> Entendida:
    for canal in canais[:-1]:
        try:
            return pergunta.por(canal, cliente_de)
        except PendingError as erro:
            log.warning("canal sem resposta", canal=canal, motivo=str(erro))
    return pergunta.por(canais[-1], cliente_de)


class _Pergunta:
    """One question, to be asked on one channel or another."""

    def __init__(
        self,
        repo: Repositorio,
        assunto: Assunto,
        operacao: Operacao,
        mensagem: Mensagem,
        quem: str,
    ) -> None:
        self._repo = repo
        self._assunto = assunto
        self._contrato = assunto.contrato
        self._operacao = operacao
        self._mensagem = mensagem
        self._quem = quem

    def por(self, canal: Canal, cliente_de: ClienteDe) -> Entendida:
        """Ask on one channel, with another token when the operadora does not take the first."""
        sem_token = cliente_de(self._contrato, canal)
        cliente, token = self._autorizado(sem_token, None)
        entrega, resposta, troca_id = self._trocar(cliente)
        if token is not None and recusou_token(entrega, resposta):
            self._anotar(troca_id, "token recusado")
            cliente, _ = self._autorizado(sem_token, token)
            entrega, resposta, troca_id = self._trocar(cliente)
        self._concluir(canal, entrega, resposta, troca_id)
        if not isinstance(resposta, Entendida):
            servidor = self._contrato.servidor(self._operacao, canal)
            diagnostico = diagnosticar(entrega, resposta, servidor=servidor)
            raise PendingError(
                "a operadora não respondeu à consulta: "
                f"{diagnostico or resumo(resposta, entrega.falha)}",
                lote_id=self._assunto.lote_id,
            )
        return resposta

    def _autorizado(self, sem_token: Cliente, recusado: str | None) -> tuple[Cliente, str | None]:
        return autorizar(
            self._repo,
            self._contrato,
            sem_token,
            self._operacao,
            lote_id=self._assunto.lote_id,
            recusado=recusado,
        )

    def _trocar(self, cliente: Cliente) -> tuple[Entrega, Resposta | None, int]:
        requisicao = cliente.requisicao(self._operacao, self._mensagem, self._assunto.campos)
        desde = agora()
        while (troca_id := self._abrir(cliente, requisicao)) is None:
            esperar(1.0, desde, CREDENCIAL_EM_PROVA, self._assunto.lote_id)
        inicio = agora()
        ate = inicio + segundos_da_troca(self._contrato)
        entrega = cliente.trocar(requisicao, ate=ate)
        guardar(self._repo, troca_id, entrega, ate=ate)
        lida = None
        if not entrega.falha:
            lida = ler(entrega, self._contrato, cliente.canal, self._assunto.lote_id)
        resposta = lida.resposta if lida is not None else None
        log.info(
            "consulta respondida",
            lote=self._assunto.lote_id,
            protocolo=self._assunto.protocolo,
            operacao=self._operacao,
            http=entrega.http_status,
            resposta=resumo(resposta, entrega.falha),
            segundos=round(agora() - inicio, 2),
        )
        return entrega, resposta, troca_id

    def _abrir(self, cliente: Cliente, requisicao: Requisicao) -> int | None:
        """Record that it is about to leave; None while the credential has to prove itself."""
        with self._repo.transacao() as t:
            credencial = travar_credencial(t, self._contrato, cliente)
            if motivo := contratos.suspensao(t, self._contrato.id, self._operacao, cliente.canal):
                raise PendingError(f"consulta suspensa: {motivo}", lote_id=self._assunto.lote_id)
            if credencial is not None and not credencial.livre:
                return None
            return abrir_troca(
                *(t, self._contrato, self._assunto.lote, self._operacao, cliente.canal, requisicao),
                tentativa=0 if self._assunto.lote is None else self._assunto.lote.tentativa,
                quem=self._quem,
                protocolos=self._assunto.protocolos,
            )

    def _anotar(self, troca_id: int, desfecho: str) -> None:
        with self._repo.transacao() as t:
            trocas.interpretada(t, troca_id, desfecho)

    def _concluir(
        self, canal: Canal, entrega: Entrega, resposta: Resposta | None, troca_id: int
    ) -> None:
        suspensao = motivo_de_suspensao(entrega, resposta)
        with self._repo.transacao() as t:
            trocas.interpretada(t, troca_id, resumo(resposta, entrega.falha))
            if suspensao is not None:
                suspender(t, self._contrato, self._operacao, canal, *suspensao)
            elif isinstance(resposta, Informada):
                aprovar_credencial(t, self._contrato)


def resumo(resposta: Resposta | None, falha: str | None) -> str:
    """Return in a few words what an answer is, without anything of a patient."""
    match resposta:
        case SituacaoProtocolo(recusa=Recusa() as recusa) | (Recusa() as recusa):
            return f"mensagem de erro {recusa.codigo}"
        case SituacaoProtocolo():
            return f"situação {resposta.situacao}: {SITUACOES.get(resposta.situacao, '?')}"
        case RespostaRecurso():
            return "recurso decidido"
        case SituacaoRecurso():
            return f"recurso na situação {resposta.situacao}"
        case Demonstrativos():
            return f"demonstrativos: {len(resposta.lista)}"
        case DemonstrativosPagamento():
            return f"demonstrativos de pagamento: {len(resposta.lista)}"
        case None:
            return falha or "sem resposta"
        case _:
            return type(resposta).__name__
