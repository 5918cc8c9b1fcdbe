"""The audit trail: what left, what came back, what it meant. Each part is written once."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from tiss.domain.cadastro import Operacao
from tiss.domain.retorno import Entrega
from tiss.repository.conexao import Transacao


@dataclass(frozen=True, slots=True, kw_only=True)
class Troca:
    """A stored exchange as far as it got."""

    id: int
    tentativa: int
    canal: str
    quem: str
    pedido: bytes
    http_status: int | None
    ultimo_bloco_saiu: bool | None
    falha: str | None
    resposta: bytes | None
    respondida: bool

    @property
    def requisicao(self) -> bytes:
        """What left, with the password masked."""
        return zlib.decompress(self.pedido)

    @property
    def entrega(self) -> Entrega:
        """How it went. A request whose end nobody saw may have left."""
        return Entrega(
            http_status=self.http_status,
            ultimo_bloco_saiu=self.ultimo_bloco_saiu is not False,
            resposta=zlib.decompress(self.resposta) if self.resposta is not None else None,
            falha=self.falha,
        )


def abrir(
    t: Transacao,
    *,
    operacao: Operacao,
    canal: str,
    contrato_id: int,
    lote_id: int | None,
    tentativa: int,
    quem: str,
    pedido: bytes,
    sha256: str,
    protocolos: Sequence[str] = (),
) -> int:
    """Store the request before it leaves; return the id of the troca.

    pedido: with the password masked. sha256: of the bytes that really leave. protocolos: that a
    question without a lote names.
    """
    troca_id: int = t.valor(
        "troca/inserir",
        operacao=operacao,
        canal=canal,
        contrato=contrato_id,
        lote=lote_id,
        tentativa=tentativa,
        quem=quem,
        pedido=zlib.compress(pedido),
        sha256=sha256,
        protocolos=list(protocolos),
    )
    return troca_id


def responder(t: Transacao, troca_id: int, entrega: Entrega) -> None:
    """Store how the exchange went. Repeating it changes nothing."""
    t.executar(
        "troca/gravar_resposta",
        troca=troca_id,
        http_status=entrega.http_status,
        ultimo_bloco_saiu=entrega.ultimo_bloco_saiu,
        falha=entrega.falha,
        resposta=zlib.compress(entrega.resposta) if entrega.resposta is not None else None,
    )


def interpretada(t: Transacao, troca_id: int, desfecho: str) -> None:
    """Note that the stored reply was understood."""
    t.executar("troca/interpretar", troca=troca_id, desfecho=desfecho)


def do_envio(t: Transacao, lote_id: int, tentativa: int) -> Troca | None:
    """Return the exchange of one attempt to send a lote, if it began."""
    return t.linha(Troca, "troca/do_envio", lote=lote_id, tentativa=tentativa)


def do_cancelamento(t: Transacao, lote_id: int) -> Troca | None:
    """Return the last request to cancel a lote or some of its guias."""
    return t.linha(Troca, "troca/do_cancelamento", lote=lote_id)


def token_ja_recusado(t: Transacao, lote_id: int, operacao: Operacao, tentativa: int) -> bool:
    """Return whether the attempt before this one was turned away with HTTP 401."""
    return bool(
        t.valor(
            "troca/token_ja_recusado",
            lote=lote_id,
            operacao=operacao,
            tentativa=tentativa - 1,
        )
    )


def cancelamentos(t: Transacao, lote_id: int) -> int:
    """Return how often it was asked to cancel a lote or some of its guias."""
    quantos: int = t.valor("troca/contar_cancelamentos", lote=lote_id)
    return quantos


def outra_copia(t: Transacao, lote_id: int, *, exceto: int) -> bool:
    """Return whether this lote itself may have reached the operadora in another exchange."""
    return bool(t.valor("troca/outra_copia", lote=lote_id, troca=exceto))


def pode_ter_ficado(t: Transacao, lote_id: int) -> bool:
    """Return whether an attempt to send a lote may have been accepted.

    Not one of which nothing left, nor one that was turned away unread.
    """
    return bool(t.valor("troca/pode_ter_ficado", lote=lote_id))


def pode_ter_chegado(t: Transacao, lote_id: int, *, exceto: int) -> bool:
    """Return whether any guia of this lote may have reached the operadora in another exchange."""
    return bool(t.valor("troca/pode_ter_chegado", lote=lote_id, troca=exceto))


def sem_leitura(t: Transacao, lote_id: int) -> list[int]:
    """Return the attempts of a lote whose reply is stored and not yet understood, in order."""
    return t.valores("troca/sem_leitura", lote=lote_id)
